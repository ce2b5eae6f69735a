import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file of queries/ with the placeholders `:days`, `:hours` and `:neighbourDays` still in its SQL. */
interface QueryFile {
  /** of the file, without .sql */
  name: string;
  sql: string;
}

/** The SQL files of one folder of queries/, in the order of their names. */
export const readQueries = (project: string, kind: 'checks' | 'warnings' | 'marts'): QueryFile[] => {
  const folder = join(project, 'queries', kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ name: basename(file, '.sql'), sql: readFileSync(join(folder, file), 'utf8') }));
};
