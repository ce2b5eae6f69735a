import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startEmulator } from 'headrace-emulator';
import { accessTo, type StageAccess } from '../../client/access.ts';
import { type QueryResult, runQuery } from '../../client/athena.ts';
import { packageStage } from '../../client/package.ts';
import type { Chart } from '../../kits/charts.ts';
import type { KitFile } from '../../kits/file.ts';
import type { Place } from '../../kits/place.ts';
import { chartSql, fromTo } from '../../kits/sql.ts';
import { kitTables } from '../../kits/tables.ts';
import { DAY_MS } from '../../src/json/instants.ts';
import { run, say } from '../programs.ts';
import { venvOf } from './venv.ts';

/** A stage of the emulator with the events of a small demo, for the programs that the kits are for. */

export const localPlace: Place = {
  ...{ stage: 'local', region: 'us-east-1' },
  ...{ database: 'headrace_local', workgroup: 'headrace-local' },
};

/** What must have rows after a demo: a chart that shows nothing would be equal to nothing. Late events come by chance. */
export const FEW = 15;

const demo = (dataDir: string): Promise<string> =>
  run('node', [
    ...['--disable-warning=ExperimentalWarning', 'cli/headrace.ts', 'demo'],
    ...['--events', '3000', '--hours', '2', '--json', '--data', dataDir],
  ]);

export interface DemoStage {
  access: StageAccess;
  /** python, with what scripts/NAME/requirements.txt lists */
  python: string;
  /** a folder that is removed at the end */
  folder: string;
  /** of a program that asks the stage */
  env: NodeJS.ProcessEnv;
  /** Says what is done, and after how many seconds. */
  after(what: string): void;
}

/** `name` is a folder of scripts/. */
export const onDemoStage = async (name: string, use: (stage: DemoStage) => Promise<void>): Promise<void> => {
  mkdirSync('.headrace', { recursive: true });
  const folder = mkdtempSync(`.headrace/${name}-`);
  const began = Date.now();
  const after = (what: string) => say(`${Math.round((Date.now() - began) / 1000)} s: ${what}`);
  try {
    const dataDir = join(folder, 'data');
    const [python] = await Promise.all([venvOf(name), demo(dataDir)]);
    after('everything is installed, the demo has run');
    const packageDir = await packageStage('local');
    const stage = await startEmulator({ packageDir, dataDir, port: 0, fresh: false });
    const env = {
      ...process.env,
      ...{ AWS_ENDPOINT_URL: stage.endpoint, AWS_ACCESS_KEY_ID: 'kit', AWS_SECRET_ACCESS_KEY: 'local' },
      TZ: 'UTC',
    };
    const access = accessTo('local', { endpoint: stage.endpoint, collector: stage.httpApi, dataDir });
    try {
      await use({ access, python, folder, env, after });
    } finally {
      await stage.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const writeKit = (folder: string, files: readonly KitFile[]): void => {
  for (const { path, content } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
};

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What `headrace query` answers to a chart's question, in SQL that comes from no kit. */
export const expectedOf = async (
  access: StageAccess,
  chart: Chart,
): Promise<{ sql: string; answer: QueryResult }> => {
  const table = kitTables().find(({ name }) => name === chart.table);
  assert(table);
  const now = Date.now();
  const sql = chartSql(chart, table, fromTo(day(now - 6 * DAY_MS), day(now)));
  return { sql, answer: await runQuery(access, sql) };
};
