import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';

const params = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());
const stages = ['default', 'prod', 'dev', 'local'] as const;

const shown = (value: unknown): string => {
  if (value === undefined) return '';
  if (z.object({ Ref: z.literal('AWS::NoValue') }).safeParse(value).success) return 'none';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? '…' : `\`${text}\``;
};

/** resources/params.yml as the Markdown table that docs/guides/deploy.md shows: a row a param, a column a stage. */
export const paramTable = (path: string): string => {
  const read = params.parse(parseDocument(readFileSync(path, 'utf8')).toJSON());
  const names = [...new Set(Object.values(read).flatMap((values) => Object.keys(values ?? {})))];
  const rows = names.map((name) => [`\`${name}\``, ...stages.map((stage) => shown(read[stage]?.[name]))]);
  return [['param', ...stages], ['---', ...stages.map(() => '---')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};
