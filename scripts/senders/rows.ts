/** What was found of real clients, a JSON line each: docs/clients.md is made of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Row } from './judging.ts';

const FILE = 'docs/reference/clients.ndjson';

const row = z.object({
  client: z.string(),
  version: z.string(),
  protocol: z.string(),
  ranIn: z.string(),
  result: z.string(),
  faults: z.string().optional(),
});

export const recordedRows = (): Row[] =>
  !existsSync(FILE)
    ? []
    : readFileSync(FILE, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const { faults, ...rest } = row.parse(JSON.parse(line));
          return faults === undefined ? rest : { ...rest, faults };
        });

const keyOf = ({ protocol, client, ranIn }: Row): string => `${protocol}\n${client}\n${ranIn}`;

/** Puts the rows in the place of those of the same clients. Ordered, so that the file says what changed. */
const recordRows = (rows: readonly Row[]): void => {
  const all = new Map([...recordedRows(), ...rows].map((one) => [keyOf(one), one]));
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(FILE, sorted.map(([, one]) => `${JSON.stringify(one)}\n`).join(''));
};

/** Prints what was found, and with `--write` records it. */
export const report = (rows: readonly Row[]): void => {
  for (const { client, version, ranIn, result, faults } of rows)
    process.stdout.write(`${client} ${version} (${ranIn}): ${result}${faults ? `; ${faults}` : ''}\n`);
  if (process.argv.includes('--write')) recordRows(rows);
};
