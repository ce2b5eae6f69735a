/**
 * `npm run check:trino [-- --data DIR]`: asks a real Trino and the emulator the same, over the same files: every table,
 * every view, and every query of queries/. Prints what differs; exit 1 when anything does.
 *
 * The lake is a demo's: DIR is the data folder of `headrace demo`, and one is made when it is not there.
 * Needs a JDK of Trino's version and Maven. docs/reference/athena.md says what came out.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { GlueClient } from '@aws-sdk/client-glue';
import { startEmulator } from 'headrace-emulator';
import { openObjects, openStore } from 'headrace-emulator/services';
import { accessTo, clientConfig } from '../client/access.ts';
import { runQuery } from '../client/athena.ts';
import { packageStage } from '../client/package.ts';
import { fillMacros } from '../src/etl/macros.ts';
import { EVENTS_NOW } from '../src/tables/eventsNow.ts';
import { eventsTable } from '../src/tables/tables.ts';
import { copyDatabase, viewOf } from './trino/catalog.ts';
import { difference } from './trino/compare.ts';
import { install, startTrino, type Trino } from './trino/server.ts';

const WORK = '.headrace/trino';
const BUCKET = 'headrace-local-lake-000000000000';

const { values } = parseArgs({ options: { data: { type: 'string', default: join(WORK, 'demo') } } });
const dataDir = resolve(values.data);

const makeDemo = (): void => {
  const { status } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'cli/headrace.ts',
      'demo',
      '--events',
      '3000',
      '--data',
      dataDir,
    ],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error('The demo failed: its lake cannot be compared');
};

/** The objects under their keys, so that a reader of folders finds them. Returns their URIs. */
const layLake = (lake: string): string[] => {
  rmSync(lake, { recursive: true, force: true });
  const db = openStore(dataDir);
  try {
    const objects = openObjects({ db, dataDir, now: () => Date.now() }).list(BUCKET, '');
    return objects.map(({ key, path }) => {
      const place = join(lake, BUCKET, key);
      mkdirSync(dirname(place), { recursive: true });
      try {
        linkSync(path, place);
      } catch {
        copyFileSync(path, place); // another disk
      }
      return `s3://${BUCKET}/${key}`;
    });
  } finally {
    db.close();
  }
};

const daysOf = (uris: readonly string[]): string[] => {
  const found = uris.flatMap((uri) => /\/events\/dt=(\d{4}-\d\d-\d\d)\//.exec(uri)?.[1] ?? []);
  return [...new Set(found)].sort();
};

/** The dates of examples are fixed; here they are those of the lake. */
const withDays = (sql: string, days: readonly string[]): string => {
  const [first = '', last = first] = [days[0], days.at(-1)];
  return fillMacros(sql, { days, now: `${last}T12:00:00.000Z` })
    .replaceAll(/BETWEEN '\d{4}-\d\d-\d\d' AND '\d{4}-\d\d-\d\d'/g, `BETWEEN '${first}' AND '${last}'`)
    .replaceAll(/dt = '\d{4}-\d\d-\d\d'/g, `dt = '${last}'`);
};

const queriesOf = (days: readonly string[]): { name: string; sql: string }[] =>
  readdirSync('queries', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      name: `queries/${file}`,
      sql: withDays(readFileSync(join('queries', file), 'utf8'), days),
    }));

/**
 * events_now as it were without any build: Trino types every event out of its raw line. All columns must say what the
 * builds have written.
 */
const withoutBuilds = (view: string): string => {
  const sql = view.replaceAll(/\bFROM events\b/g, 'FROM (SELECT * FROM events WHERE false) events');
  const columns = [...eventsTable.columns, ...eventsTable.partitionKeys].map(({ name }) => name);
  return `SELECT ${columns.join(', ')} FROM (${sql})`;
};

const compareTyping = async (
  trino: Trino,
  access: ReturnType<typeof accessTo>,
  view: string,
): Promise<boolean> => {
  const [theirs, ours] = await Promise.all([
    trino.query(withoutBuilds(view), access.database),
    runQuery(access, 'SELECT * FROM events'),
  ]);
  const wrong = difference(theirs, ours, false);
  process.stdout.write(
    `${wrong ? '✗' : '✓'} ${'raw lines, as builds have typed them'.padEnd(46)} ${wrong ?? `${theirs.rows.length} rows`}\n`,
  );
  return wrong === undefined;
};

const compareAll = async (
  trino: Trino,
  access: ReturnType<typeof accessTo>,
  statements: readonly { name: string; sql: string }[],
): Promise<number> => {
  let different = 0;
  for (const { name, sql } of statements) {
    const ordered = /\bORDER\s+BY\b[^)]*$/i.test(sql);
    const [theirs, ours] = await Promise.all([
      trino.query(sql, access.database).catch((cause: Error) => cause),
      runQuery(access, sql).catch((cause: Error) => cause),
    ]);
    const wrong =
      theirs instanceof Error
        ? `Trino fails: ${theirs.message}`
        : ours instanceof Error
          ? `the emulator fails: ${ours.message}`
          : difference(theirs, ours, ordered);
    if (wrong) different += 1;
    const rows = theirs instanceof Error ? '' : `${theirs.rows.length} rows`;
    process.stdout.write(`${wrong ? '✗' : '✓'} ${name.padEnd(46)} ${wrong ?? rows}\n`);
  }
  return different;
};

const main = async (): Promise<number> => {
  const installed = install(WORK);
  if (!existsSync(dataDir)) makeDemo();
  const lake = resolve(WORK, 'lake');
  const uris = layLake(lake);
  const days = daysOf(uris);
  const packageDir = await packageStage('local');
  const trino = await startTrino(installed, resolve(WORK, 'work'), lake);
  const stage = await startEmulator({ packageDir, dataDir, port: 0 });
  try {
    const local = { endpoint: stage.endpoint, collector: stage.httpApi, dataDir };
    const access = accessTo('local', local);
    const glue = new GlueClient(clientConfig(local));
    const tables = await copyDatabase(trino, glue, access.database, uris);
    const statements = [
      ...tables.map(({ Name = '' }) => ({ name: `table ${Name}`, sql: `SELECT * FROM "${Name}"` })),
      ...queriesOf(days),
    ];
    const different = await compareAll(trino, access, statements);
    process.stdout.write(
      `${statements.length - different} of ${statements.length} statements have the same answer.\n`,
    );
    const now = tables.find(({ Name }) => Name === EVENTS_NOW);
    const same = await compareTyping(trino, access, (now && viewOf(now)?.originalSql) ?? '');
    return different + Number(!same);
  } finally {
    await Promise.allSettled([trino.close(), stage.close()]);
  }
};

try {
  process.exitCode = (await main()) > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
