import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { talk } from '../../cli/query/prompt.ts';
import { createScreen } from '../../cli/screen.ts';
import { accessTo } from '../../client/access.ts';
import { answerQuery } from '../../client/athena.ts';
import { sendBatch } from '../../client/traffic/clients.ts';
import { planTraffic } from '../../client/traffic/plan.ts';
import { headrace, useStage } from '../helpers/commandLine.ts';

/** One stage with an hour of a shop's traffic that has just ended, as the demo has it. */
const stage = useStage();
const folder = mkdtempSync(join(tmpdir(), 'headrace-query-'));
afterAll(() => rmSync(folder, { recursive: true }));

const EVENTS = 2000;

beforeAll(async () => {
  const end = Date.now() - 60_000;
  const collector = { url: stage.collector.replace('/v1/events', ''), writeKey: stage.writeKey };
  const collectors = { web: collector, app: collector, till: collector };
  for (const batch of planTraffic({ seed: 1, events: EVENTS, hours: 1, end }).batches)
    await sendBatch(collectors, batch, AbortSignal.timeout(60_000));
  expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
}, 180_000);

const query = (...args: string[]) => headrace(['query', ...args, '--data', stage.dataDir]);

describe('the examples, on data that came in today', () => {
  test.each(readdirSync('queries/examples'))(
    '%s has rows',
    async (name) => {
      const { code, document, stderr } = await query('--file', join('queries/examples', name), '--json');
      expect([code, stderr]).toEqual([0, '']);
      expect(document.rows.length).toBeGreaterThan(0);
    },
    30_000,
  );
});

describe('a statement', () => {
  test('comes in on standard input, with a comment and a semicolon', async () => {
    const sql = '-- how many\nSELECT count(DISTINCT event_id) AS n FROM events;\n';
    const { stdout } = await headrace(['query', '--csv', '--data', stage.dataDir], { stdin: sql });
    expect(stdout).toBe(`"n"\r\n"${EVENTS}"\r\n`);
  });

  test('takes values by name', async () => {
    const sql = 'SELECT count(*) AS n FROM events WHERE event_name IN (:name) AND price < :most';
    const names = ['--param', 'name=product_viewed', '--param', 'name=product_added'];
    const { document } = await query(sql, ...names, '--param', 'most=20', '--json');
    const [{ n }] = (await stage.ask(
      "SELECT count(*) AS n FROM events WHERE event_name IN ('product_viewed', 'product_added') AND price < 20",
    )) as [{ n: string }];
    expect([Number(n) > 0, document.rows]).toEqual([true, [{ n: Number(n) }]]);
  });

  test('is answered in JSON with numbers as numbers, every digit kept', async () => {
    const { stdout } = await query('SELECT 9007199254740993 AS big, 1.50 AS exact, true AS yes', '--json');
    expect(stdout).toContain('"rows":[{"big":9007199254740993,"exact":1.50,"yes":true}]');
  });

  test('is written to a file whole, more rows than a page of Athena has', async () => {
    const out = join(folder, 'events.ndjson');
    const { code, stdout } = await query('SELECT event_id FROM events ORDER BY 1', '--out', out);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect([code, lines.length, new Set(lines).size]).toEqual([0, EVENTS, EVENTS]);
    expect(stdout).toContain(`${out}: 2,000 rows`);
  });

  test('shows the first rows only, and says that there are more', async () => {
    const { stdout } = await query('SELECT event_id FROM events', '--rows', '3');
    expect(stdout).toContain('3 rows, ');
    expect(stdout).toContain('There are more rows: --rows N shows more of them');
  });
});

describe('what cannot be asked', () => {
  test.each([
    [['SELECT 1', 'SELECT 2'], 'query takes one SQL statement'],
    [['--file', 'queries/none.sql'], '--file: queries/none.sql cannot be read'],
    [['SELECT 1', '--out', 'a.xlsx'], '--out: "a.xlsx" does not say in which form.'],
    [['SELECT 1', '--csv', '--json'], '--csv and --json: stdout can hold one of them only.'],
    [['SELECT 1', '--history'], '--history takes no SQL, --file, --day, --param, --out or --csv.'],
    [['SELECT 1', '--text'], '--text is there for --json.'],
    [['SELECT 1', '--rows', '0'], '--rows: "0" is not a whole number from 1 on.'],
    [['SELECT :day'], 'The SQL has :day, and no value was given for it.'],
    [['  '], 'query got no SQL: the statement is empty.'],
  ])('%j is told before anything runs', async (args, message) => {
    const { code, stderr } = await query(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('the catalog', () => {
  test('lists tables and views', async () => {
    const { document } = await stage.command('tables');
    expect(document.tables).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'events', kind: 'table' }),
        expect.objectContaining({ name: 'order_completed', kind: 'view' }),
      ]),
    );
  });

  test('describes one of them', async () => {
    const { document } = await stage.command('describe', 'EVENTS');
    expect(document.columns).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'event_id', partition: false }),
        expect.objectContaining({ name: 'dt', partition: true }),
      ]),
    );
  });

  test('says what there is when a name is wrong', async () => {
    const { code, stderr } = await stage.command('describe', 'quarantin');
    expect([code, stderr]).toEqual([
      1,
      'headrace: There is no table "quarantin".\nDid you mean: quarantine, quarantine_lines\n',
    ]);
  });
});

describe('the prompt', () => {
  const typed = async (...lines: string[]): Promise<string> => {
    const input = new PassThrough();
    const output = new PassThrough();
    const shown = text(output);
    const local = { endpoint: stage.endpoint, collector: stage.collector, dataDir: stage.dataDir };
    // The screen writes to a terminal's stream; a PassThrough has all that is used of one.
    const screen = createScreen(output as unknown as NodeJS.WriteStream);
    input.end(lines.map((line) => `${line}\n`).join(''));
    await talk({ access: accessTo('local', local), screen, rows: 100 }, { input, output, terminal: false });
    output.end();
    return shown;
  };

  test('runs a statement over several lines, up to its semicolon', async () => {
    expect(await typed('SELECT 40', '  + 2 AS answer', ';')).toContain('answer');
  });

  test('goes on after a mistake, and ends with exit', async () => {
    const shown = await typed(
      'SELEC 1;',
      'describe nothing',
      'SELECT 7 AS after_all;',
      'exit',
      'SELECT 8 AS never;',
    );
    expect(shown).toContain("mismatched input 'SELEC'");
    expect(shown).toContain('There is no table "nothing".');
    expect(shown).toContain('after_all');
    expect(shown).not.toContain('never');
  });

  test('knows tables, describe, history and help without SQL', async () => {
    await query('SELECT 1 AS remembered');
    const shown = await typed('tables', 'describe events', 'history', 'help');
    for (const part of ['quarantine', 'schema_errors', 'SELECT 1 AS remembered', 'Ctrl-D'])
      expect(shown).toContain(part);
  });
});

test('a query that nobody waits for any more is stopped at Athena', async () => {
  const local = { endpoint: stage.endpoint, collector: stage.collector, dataDir: stage.dataDir };
  const stop = new AbortController();
  const access = accessTo('local', local);
  const sent: string[] = [];
  access.athena.middlewareStack.add((next, { commandName }) => async (args) => {
    sent.push(commandName ?? '');
    if (commandName === 'GetQueryExecutionCommand') stop.abort(new Error('Stopped.'));
    return next(args);
  });
  await expect(answerQuery(access, 'SELECT count(*) FROM events', { signal: stop.signal })).rejects.toThrow();
  expect(sent.at(-1)).toBe('StopQueryExecutionCommand');
});
