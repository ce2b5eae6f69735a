import { answerQuery } from '../../client/athena.ts';
import { CliError } from '../../client/failure.ts';
import { askedBefore } from '../../client/queryHistory.ts';
import { bindParameters, readParameters } from '../../client/sqlParameters.ts';
import { timeZoneOf } from '../../client/timeZone.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { showHistory } from '../query/history.ts';
import { asksForTimeZone, withMacros } from '../query/macros.ts';
import { talk } from '../query/prompt.ts';
import { figuresOf, showAnswer } from '../query/show.ts';
import { statementOf } from '../query/statement.ts';
import { CSV, formatOf, rowObject, writeFile, writeTo } from '../query/write.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace query "SQL" [--param NAME=VALUE …] [--csv|--json|--out FILE]
headrace query --file FILE.sql [--day DAY …]
headrace query                      (a prompt; with a pipe: the SQL comes in on standard input)
headrace query --history

Runs one Athena (Trino) SQL statement in the stage's workgroup and database, and prints its rows.
headrace tables lists what there is to ask. For what has happened up to now ask events_now, for all else events.

  headrace query "SELECT event_name, count(*) AS events FROM events WHERE dt = :day GROUP BY 1" --param day=2026-11-01

  --file FILE         the SQL stands in a file (- is standard input)
  --day DAY           fills :days, :hours and the other macros in a query of queries/, as a run over this day does; may be
                      given several times
  --param NAME=VALUE  the value of :NAME in the SQL: a number, true, false or null as it is, anything else as text
                      ('5' in quotes of its own is text). Given twice it is a list, as in IN (:day)
  --rows N            rows to show on the screen (default 1000)
  --csv               rows as CSV on stdout
  --out FILE          all rows into FILE, in the form of its ending: .csv, .json, .ndjson, .jsonl or .md
  --text              with --json: every value as the text Athena gives, also numbers
  --history           the last queries of the stage instead of a new one`;

export const query: Command = {
  name: 'query',
  usage,
  options: {
    file: { type: 'string' },
    day: { type: 'string', multiple: true, default: [] },
    param: { type: 'string', multiple: true, default: [] },
    rows: { type: 'string', default: '1000' },
    csv: { type: 'boolean', default: false },
    out: { type: 'string' },
    text: { type: 'boolean', default: false },
    history: { type: 'boolean', default: false },
  },
  run: async (invocation) => {
    const out = checked(invocation);
    const rows = rowsOf(invocation);
    if (invocation.flag('history')) return history(alone(invocation), rows);
    const written = await statementOf(invocation);
    if (written === undefined) return prompt(invocation, rows);
    const days = invocation.options('day');
    const values = readParameters(invocation.options('param'));
    const render = (timeZone?: string) =>
      bindParameters(withMacros(written, days, { named: new Set(values.keys()), timeZone }), values);
    // Now: what is wrong with it is said before a stage is looked for.
    const inUtc = render();
    return withStage(invocation, async (access) => {
      const bound = asksForTimeZone(written, days) ? render(await timeZoneOf(access)) : inUtc;
      const { parameters } = bound;
      const answer = await answerQuery(access, bound.sql, { parameters, signal: invocation.signal });
      if (out !== undefined) {
        const count = await writeFile(out, answer);
        invocation.screen.say(`${out}: ${figuresOf(count, answer)}`);
        return { ok: true, document: { id: answer.id, out, rows: count, ...took(answer) } };
      }
      if (invocation.flag('csv')) {
        invocation.screen.say(figuresOf(await writeTo(process.stdout, answer, CSV), answer));
        return { ok: true, document: undefined };
      }
      if (invocation.json) return document(answer, invocation.flag('text'));
      await showAnswer(invocation.screen, answer, rows);
      return { ok: true, document: undefined };
    });
  },
};

type Answer = Awaited<ReturnType<typeof answerQuery>>;

const took = ({ ms, bytesScanned }: Answer) => ({ ms, bytesScanned });

const document = async (answer: Answer, asText: boolean): Promise<Outcome> => {
  const { id, columns, types } = answer;
  const rows = await Array.fromAsync(answer.rows(), (row) => rowObject(answer, row, asText));
  return { ok: true, document: { id, columns, types, rows, ...took(answer) } };
};

/** The file to write, if any. Checked before a query costs anything. */
const checked = ({ json, flag, option }: Invocation): string | undefined => {
  const out = option('out');
  if (json && flag('csv'))
    throw new CliError('--csv and --json: stdout can hold one of them only.', 'Leave one away.');
  if (flag('text') && !json)
    throw new CliError('--text is there for --json.', 'Leave it away: all else is text anyway.');
  if (out !== undefined && flag('csv'))
    throw new CliError(
      '--csv writes to stdout, --out to a file.',
      'Leave one away: --out FILE.csv is CSV, too.',
    );
  if (out !== undefined) formatOf(out);
  return out;
};

/** Beside --history, what is given for a query would do nothing. */
const alone = (invocation: Invocation): Invocation => {
  const { positionals, option, options, flag } = invocation;
  const beside = positionals.length + options('param').length + options('day').length;
  if (beside === 0 && option('file') === undefined && option('out') === undefined && !flag('csv'))
    return invocation;
  throw new CliError(
    '--history takes no SQL, --file, --day, --param, --out or --csv.',
    'It takes --rows and --json.',
  );
};

const rowsOf = ({ option }: Invocation): number => {
  const given = option('rows') ?? '';
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new CliError(`--rows: "${given}" is not a whole number from 1 on.`);
};

const history = (invocation: Invocation, rows: number): Promise<Outcome> =>
  withStage(invocation, async (access) => {
    const asked = await askedBefore(access, rows);
    if (!invocation.json) showHistory(invocation.screen, asked);
    return { ok: true, document: { queries: asked } };
  });

const prompt = (invocation: Invocation, rows: number): Promise<Outcome> =>
  withStage(invocation, async (access) => {
    const { screen } = invocation;
    await talk({ access, screen, rows }, { input: process.stdin, output: process.stdout, terminal: true });
    return { ok: true, document: undefined };
  });
