import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, parseDocument } from 'yaml';
import { z } from 'zod';

const params = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());
const stages = ['default', 'prod', 'dev', 'local'] as const;

const shown = (value: unknown): string => {
  if (value === undefined) return '';
  if (z.object({ Ref: z.literal('AWS::NoValue') }).safeParse(value).success) return 'none';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? '…' : `\`${text}\``;
};

/** What the file says beside each param of `default`. */
const commentsOf = (document: Document): Map<string, string> => {
  const defaults = document.get('default');
  const found = new Map<string, string>();
  for (const { key, value } of isMap(defaults) ? defaults.items : []) {
    const comment = isNode(value)
      ? (value.comment ?? (isMap(value) ? value.commentBefore : undefined))
      : undefined;
    if (isScalar(key) && comment) found.set(String(key.value), comment.trim());
  }
  return found;
};

/** Throws for a param without a comment: the table would not say what it does. */
const meaningOf = (comments: ReadonlyMap<string, string>, name: string): string => {
  const comment = comments.get(name);
  if (comment === undefined)
    throw new Error(`resources/params.yml: ${name} needs a comment beside it that says what it does.`);
  return comment.replaceAll('|', '\\|');
};

/** resources/params.yml as the Markdown table that docs/guides/deploy.md shows: a row a param, a column a stage. */
export const paramTable = (path: string): string => {
  const document = parseDocument(readFileSync(path, 'utf8'));
  const read = params.parse(document.toJSON());
  const comments = commentsOf(document);
  const names = [...new Set(Object.values(read).flatMap((values) => Object.keys(values ?? {})))];
  const rows = names.map((name) => [
    `\`${name}\``,
    meaningOf(comments, name),
    ...stages.map((stage) => shown(read[stage]?.[name])),
  ]);
  return [['param', 'what', ...stages], ['---', '---', ...stages.map(() => '---')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};
