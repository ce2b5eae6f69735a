/**
 * Proves the kit of Superset: a real Superset imports the bundle twice, and each chart's data, asked over its API, is
 * what `headrace query` answers. On the data of a small demo, on the emulator. `npm run check:superset`, two minutes.
 * Needs python3 (3.10 to 3.12) with its venv module, and pip's usual index for the first run.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Emulator, startEmulator } from 'headrace-emulator';
import { z } from 'zod';
import { accessTo, type StageAccess } from '../client/access.ts';
import { runQuery } from '../client/athena.ts';
import { packageStage } from '../client/package.ts';
import { boardsOf, type Chart, chartsOf } from '../kits/charts.ts';
import { idOf, type Place } from '../kits/place.ts';
import { chartSql, fromTo } from '../kits/sql.ts';
import { supersetKit } from '../kits/superset/kit.ts';
import { kitTables } from '../kits/tables.ts';
import { DAY_MS } from '../src/json/instants.ts';
import { difference } from './superset/compare.ts';

const place: Place = {
  ...{ stage: 'local', region: 'us-east-1' },
  ...{ database: 'headrace_local', workgroup: 'headrace-local' },
};

/** What must have rows after a demo: a chart that shows nothing would be equal to nothing. Late events come by chance. */
const FEW = 15;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const run = async (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> => {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    complained += data;
  });
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${complained.slice(-3000)}`);
  return said;
};

/** Python with Superset, made once for these versions. */
const venvOf = async (): Promise<string> => {
  const wanted = 'scripts/superset/requirements.txt';
  const digest = createHash('sha256').update(readFileSync(wanted)).digest('hex').slice(0, 12);
  const venv = `.headrace/venv-superset-${digest}`;
  const python = join(venv, 'bin/python');
  if (existsSync(join(venv, 'complete'))) return python;
  execFileSync('python3', ['-m', 'venv', '--clear', venv], { stdio: 'inherit' });
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv']);
  await run(join(venv, 'bin/uv'), ['pip', 'install', '--quiet', '--python', python, '-r', wanted]);
  writeFileSync(join(venv, 'complete'), '');
  return python;
};

const demo = (dataDir: string): Promise<string> =>
  run('node', [
    ...['--disable-warning=ExperimentalWarning', 'cli/headrace.ts', 'demo'],
    ...['--events', '3000', '--hours', '2', '--json', '--data', dataDir],
  ]);

const answerSchema = z.object({
  imports: z.array(z.record(z.string(), z.record(z.string(), z.number()))).length(2),
  dashboards: z.record(z.string(), z.number()),
  charts: z.record(
    z.string(),
    z.object({
      data: z.array(z.record(z.string(), z.unknown())).nullable(),
      query: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
});

type Answer = z.infer<typeof answerSchema>;

const askSuperset = async (python: string, folder: string, stage: Emulator): Promise<Answer> => {
  for (const { path, content } of supersetKit(place, 'shop')) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  const said = await run(python, ['scripts/superset/ask.py', join(folder, 'headrace.zip')], {
    ...process.env,
    ...{ AWS_ENDPOINT_URL: stage.endpoint, AWS_ACCESS_KEY_ID: 'superset', AWS_SECRET_ACCESS_KEY: 'local' },
    TZ: 'UTC',
    HEADRACE_SUPERSET_DB: join(process.cwd(), folder, 'superset.db'),
    SUPERSET_CONFIG_PATH: join(process.cwd(), 'scripts/superset/config.py'),
  });
  return answerSchema.parse(JSON.parse(said.trim().split('\n').at(-1) ?? ''));
};

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Undefined when it is the same. */
const wrongOf = async (
  access: StageAccess,
  chart: Chart,
  { charts }: Answer,
): Promise<string | undefined> => {
  const shown = charts[idOf(place, 'chart', chart.name)];
  if (!shown || shown.error || !shown.data)
    return `${chart.name}: ${shown?.error ?? 'Superset did not answer'}`;
  const table = kitTables().find(({ name }) => name === chart.table);
  assert(table);
  const now = Date.now();
  const sql = chartSql(chart, table, fromTo(day(now - 6 * DAY_MS), day(now)));
  const { columns, rows } = await runQuery(access, sql);
  const differs = difference(shown.data, columns, rows);
  say(`${differs === '' ? 'ok' : 'FAILED'}: ${chart.name}, ${shown.data.length} rows`);
  return differs === '' ? undefined : `${chart.name}: ${differs}\n${shown.query}\n${sql}`;
};

const check = async (access: StageAccess, answer: Answer): Promise<void> => {
  const boards = boardsOf(kitTables(), 'shop');
  const charts = chartsOf(boards);
  assert.deepEqual(answer.imports[1], answer.imports[0], 'The second import makes nothing new.');
  assert.equal(Object.keys(answer.imports[0]?.chart ?? {}).length, charts.length);
  const shown = boards.map(({ slug }) => answer.dashboards[idOf(place, 'dashboard', slug)]);
  assert.deepEqual(
    shown,
    boards.map((board) => chartsOf([board]).length),
    'Each dashboard has its charts.',
  );
  const wrong: string[] = [];
  for (const chart of charts) {
    const found = await wrongOf(access, chart, answer);
    if (found !== undefined) wrong.push(found);
  }
  assert.deepEqual(wrong, []);
  const filled = Object.values(answer.charts).filter(({ data }) => (data ?? []).length > 0);
  assert(filled.length >= FEW, `Only ${filled.length} charts have rows.`);
  say(`${charts.length} charts of Superset show what headrace query answers; ${filled.length} have rows.`);
};

const main = async (): Promise<void> => {
  mkdirSync('.headrace', { recursive: true });
  const folder = mkdtempSync('.headrace/superset-');
  const began = Date.now();
  const took = (what: string): void => say(`${Math.round((Date.now() - began) / 1000)} s: ${what}`);
  try {
    const dataDir = join(folder, 'data');
    const [python] = await Promise.all([venvOf(), demo(dataDir)]);
    took('Superset is installed, the demo has run');
    const stage = await startEmulator({
      packageDir: await packageStage('local'),
      dataDir,
      port: 0,
      fresh: false,
    });
    try {
      const answer = await askSuperset(python, folder, stage);
      took('imported twice, every chart asked');
      await check(accessTo('local', { endpoint: stage.endpoint, collector: stage.httpApi, dataDir }), answer);
      took('compared');
    } finally {
      await stage.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

await main();
