import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../../client/failure.ts';
import { projectFolder } from '../../compiler/folder.ts';
import { martNames } from '../../src/etl/queries.ts';
import { nextDay } from '../../src/lake/partition.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { timeZoneIn } from '../planner/stages.ts';
import { daysOf } from '../query/macros.ts';
import { runWith } from './etl.ts';
import { query } from './query.ts';

const usage = `
headrace marts list
headrace marts run NAME --day DAY [--day DAY …] --dry-run [--rows N] [--csv|--json|--out FILE]
headrace marts run NAME --day DAY [--day DAY …]

A mart is one file, queries/marts/NAME.sql (docs/guides/marts.md). headrace new mart NAME writes one.

With --dry-run the SELECT of the file runs as a run over these days would run it, and its rows are shown: nothing is
written, and the mart need not be deployed. Without it, the etl writes the mart of these days again (as
headrace etl --from … --to … --mart NAME does, once for each stretch of days).

  --day DAY    a day: 2026-11-01. May be given several times. Of the stage's time zone, if the mart counts such days
  --dry-run    show the rows, write nothing
  --rows N     rows to show on the screen (default 1000)
  --csv        rows as CSV on stdout
  --out FILE   all rows into FILE, in the form of its ending: .csv, .json, .ndjson, .jsonl or .md
  --text       with --json: every value as the text Athena gives, also numbers`;

export const marts: Command = {
  name: 'marts',
  usage,
  options: {
    day: { type: 'string', multiple: true, default: [] },
    'dry-run': { type: 'boolean', default: false },
    rows: { type: 'string', default: '1000' },
    csv: { type: 'boolean', default: false },
    out: { type: 'string' },
    text: { type: 'boolean', default: false },
  },
  run: async (invocation) => {
    const [action, ...operands] = invocation.positionals;
    if (action === 'list' && operands.length === 0) return list(invocation);
    if (action === 'run' && operands.length === 1) return run(operands[0] ?? '', invocation);
    throw new CliError('marts knows two forms: list, and run with the name of one mart.', MORE);
  },
};

const MORE = 'headrace marts --help tells more.';

/** Compiled only here: it takes a second. */
const list = async ({ screen, stage }: Invocation): Promise<Outcome> => {
  const { compiledQueries } = await import('../../compiler/sql/compile.ts');
  const { queryNotes } = await import('../planner/notes.ts');
  const found = compiledQueries().marts.map(({ name, file, comment, typed, reads }) => ({
    ...{ name, file, comment, reads },
    columns: typed.map((column) => ({ name: column.name, type: column.trino, comment: column.comment })),
  }));
  if (found.length === 0) screen.say('There are no marts. headrace new mart NAME writes the first.');
  else
    screen.table(
      ['mart', 'what', 'columns'],
      found.map(({ name, comment, columns }) => [
        name,
        comment,
        columns.map((column) => column.name).join(', '),
      ]),
    );
  const notes = queryNotes(timeZoneIn(stage));
  for (const note of notes) screen.warn(note);
  return { ok: true, document: { marts: found, notes } };
};

const run = async (name: string, invocation: Invocation): Promise<Outcome> => {
  if (!martNames.includes(name))
    throw new CliError(`There is no mart "${name}".`, `There are: ${martNames.join(', ') || 'none'}`);
  const days = daysOf(invocation.options('day'));
  if (days.length === 0)
    throw new CliError('marts run needs a day.', `headrace marts run ${name} --day 2026-11-01`);
  return invocation.flag('dry-run') ? shown(name, days, invocation) : written(name, days, invocation);
};

/** As query answers it, with all its forms of output. */
const shown = (name: string, days: readonly string[], invocation: Invocation): Promise<Outcome> => {
  const text = readFileSync(join(projectFolder(), 'queries', 'marts', `${name}.sql`), 'utf8');
  return query.run({
    ...invocation,
    positionals: [text],
    options: (option) => (option === 'day' ? [...days] : []),
    flag: (option) => option !== 'history' && invocation.flag(option),
  });
};

/** Days that follow each other, as a range whose end is not in it. */
export const stretchesOf = (days: readonly string[]): { from: string; to: string }[] => {
  const stretches: { from: string; to: string }[] = [];
  for (const day of days) {
    const last = stretches.at(-1);
    if (last?.to === day) last.to = nextDay(day);
    else stretches.push({ from: day, to: nextDay(day) });
  }
  return stretches;
};

const written = async (name: string, days: readonly string[], invocation: Invocation): Promise<Outcome> => {
  const forShowing = ['rows', 'out'].filter(
    (option) => invocation.option(option) !== marts.options[option]?.default,
  );
  const flags = ['csv', 'text'].filter((option) => invocation.flag(option));
  const [odd] = [...forShowing, ...flags];
  if (odd !== undefined)
    throw new CliError(`--${odd} is about rows that are shown.`, 'Add --dry-run, or leave it away.');
  const outcomes: Outcome[] = [];
  for (const { from, to } of stretchesOf(days)) {
    outcomes.push(await runWith({ from: `${from}T00`, to: `${to}T00`, marts: [name] }, invocation));
    if (outcomes.at(-1)?.ok !== true) break;
  }
  return { ok: outcomes.every(({ ok }) => ok), document: { runs: outcomes.map(({ document }) => document) } };
};
