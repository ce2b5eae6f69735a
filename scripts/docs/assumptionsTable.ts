import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableOf } from '../../cli/markdownTable.ts';
import type { Assumption } from '../../cli/planner/assumptions/assumption.ts';
import { assumptions } from '../../cli/planner/assumptions.ts';
import { count } from '../../client/format.ts';

const FOLDER = 'cli/planner';

const sources = (): { name: string; text: string }[] =>
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));

const OF_OURS = /^((?:src|client)\/[\w/]+\.ts)/;

/** The files that reckon with each assumption, found by `assumptions.name.value`. */
const usesOf = (files: ReturnType<typeof sources>, name: string, { source }: Assumption): string => {
  const users = files.filter(({ text }) => new RegExp(`\\bassumptions\\.${name}\\.value\\b`).test(text));
  if (users.length > 0) return users.map((file) => `\`${file.name}\``).join(', ');
  const own = OF_OURS.exec(source)?.[1];
  return own === undefined ? 'scaling.md, on paper' : `\`${own}\``;
};

export const assumptionsTable = (): string => {
  const files = sources();
  return tableOf(
    ['assumption', 'value', 'what it is', 'source', 'used in'],
    Object.entries(assumptions).map(([name, one]) => [
      `\`${name}\``,
      `${count(one.value)} ${one.unit}`,
      one.what,
      one.source,
      usesOf(files, name, one),
    ]),
  );
};
