import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './faults.ts';

export interface SourceFile {
  /** from the project's folder */
  file: string;
  text: string;
}

/** Without a byte order mark; undefined for what is not UTF-8. */
export const textOf = (bytes: Uint8Array): string | undefined =>
  isUtf8(bytes) ? new TextDecoder().decode(bytes) : undefined;

/** The YAML files of a folder of the project, in the order of their names. Other files there are nobody's business. */
export const yamlFiles = (project: string, kind: string, faults: Fault[]): SourceFile[] => {
  const folder = join(project, kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = `${kind}/${entry.name}`;
      if (entry.name.startsWith('.')) return [];
      if (entry.isDirectory()) {
        faults.push({ file, says: `is a folder. The files stand in ${kind}/ itself.` });
        return [];
      }
      if (!/\.ya?ml$/i.test(entry.name)) return [];
      const text = textOf(readFileSync(join(folder, entry.name)));
      if (text !== undefined) return [{ file, text }];
      faults.push({ file, says: 'is not UTF-8. Save it as UTF-8.' });
      return [];
    });
};
