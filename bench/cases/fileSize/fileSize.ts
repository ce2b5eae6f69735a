import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { runQuery } from '../../../client/athena.ts';
import { runExecution } from '../../../client/executions.ts';
import { EVENTS, rawFolder } from '../../../src/lake/layout.ts';
import { bundle, bundlesOf } from '../../harness/bundles.ts';
import type { BenchCase, BenchContext } from '../../harness/case.ts';
import { bytesOf, rawHours, rawObjects } from '../../harness/rawObjects.ts';
import { type Part, part } from '../../harness/report.ts';
import { withSides } from '../../harness/side.ts';
import { type BenchStage, withStage } from '../../harness/stage.ts';
import { buildBytes } from '../build/buildBytes.ts';
import { questions } from './questions.ts';

const HOURS = ['09', '10', '11', '12', '13', '14'].map((hour) => `2026-11-01T${hour}`);

const LARGE_HOUR_ROWS = 100_000;

const MB = 1_000_000;

const curatedBytes = async ({ s3, lake }: BenchStage): Promise<number> => {
  let bytes = 0;
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: lake, Prefix: EVENTS })) {
    for (const { Key = '', Size = 0 } of page.Contents ?? []) if (Key.endsWith('.parquet')) bytes += Size;
  }
  return bytes;
};

/** What Athena reads of raw_events for a question of these hours: whole objects, whatever is asked. */
const rawScanned = async ({ access }: BenchStage, sql: string): Promise<number> => {
  const hour = /hr = '(\d\d)'/.exec(sql)?.[1];
  const where = `dt = '2026-11-01'${hour === undefined ? '' : ` AND hr = '${hour}'`}`;
  return (await runQuery(access, `SELECT max(properties) AS p FROM raw_events WHERE ${where}`)).bytesScanned;
};

const scanned = async (stage: BenchStage, say: (line: string) => void): Promise<Part> => {
  let curated = 0;
  let raw = 0;
  const said: string[] = [];
  for (const { asks, sql } of questions) {
    const found = await runQuery(stage.access, sql);
    if (found.rows.length === 0) throw new Error(`The query "${asks}" returned no rows: ${sql}`);
    const whole = await rawScanned(stage, sql);
    curated += found.bytesScanned;
    raw += whole;
    said.push(`${asks} ${(found.bytesScanned / whole).toFixed(3)}`);
  }
  say(`of raw: ${said.join(', ')}`);
  return part({
    of: 'bytes scanned by ten questions',
    measured: { what: 'events and its views (Parquet)', unit: 'MB', values: [curated / MB] },
    against: { what: 'raw_events (NDJSON.gz)', unit: 'MB', values: [raw / MB] },
    aim: { says: '≤ 0.05×', met: ({ ratio }) => ratio <= 0.05 },
    note: `of raw, each: ${said.join(', ')}`,
  });
};

const stored = (of: string, parquet: number, raw: number): Part =>
  part({
    of: `bytes stored, ${of}`,
    measured: { what: 'Parquet', unit: 'MB', values: [parquet / MB] },
    against: { what: 'raw NDJSON.gz', unit: 'MB', values: [raw / MB] },
    aim: { says: '≤ 0.6×', met: ({ ratio }) => ratio <= 0.6 },
  });

/** Ids compress the better the more of them there are: an hour of a shop with some traffic. */
const ofLargeHour = async ({ packageDir, dataDir, workDir }: BenchContext): Promise<Part> => {
  const { memoryMb, env } = bundle(bundlesOf(packageDir), 'build');
  const objects = await rawObjects(dataDir, LARGE_HOUR_ROWS);
  const options = { objects, memoryMb, ...buildBytes(env), workDir };
  const module = new URL('../build/buildSide.ts', import.meta.url);
  const { figures } = await withSides({ built: { module, options } }, (runs) => runs.built());
  return stored('an hour of 100,000 events', figures.bytes ?? Number.NaN, bytesOf(objects));
};

/** What a table costs to keep and to ask. Counted, not timed: a run more would give the same. */
export const fileSize: BenchCase = {
  name: 'file size',
  async run(context) {
    const { packageDir, dataDir, workDir, say } = context;
    const large = await ofLargeHour(context);
    const hours = await rawHours(dataDir, HOURS);
    return withStage(packageDir, join(workDir, 'file-size'), async (stage) => {
      for (const { hour, path } of hours) {
        const Key = `${rawFolder(hour)}bench-${basename(path).slice(14)}`;
        await stage.s3.send(new PutObjectCommand({ Bucket: stage.lake, Key, Body: readFileSync(path) }));
      }
      say('etl');
      const range = { from: HOURS[0], to: '2026-11-01T15' };
      const ran = await runExecution(stage.access, range, () => {});
      if (ran.status !== 'SUCCEEDED')
        throw new Error(`The ETL ended as ${ran.status}: ${ran.error}: ${ran.cause}`);
      const small = stored(
        'hours of 20,000 events',
        await curatedBytes(stage),
        bytesOf(hours.map(({ path }) => path)),
      );
      return { parts: [large, small, await scanned(stage, say)] };
    });
  },
};
