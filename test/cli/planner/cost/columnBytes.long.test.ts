import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type AthenaEmulator,
  addPartition,
  athenaEmulator,
  createTable,
  PARQUET,
} from 'headrace-emulator/testing';
import { tableNames } from 'headrace-trino';
import { z } from 'zod';
import { streamLines } from '../../../../bench/harness/events.ts';
import { bytesRead, columnBytes } from '../../../../cli/planner/cost/columnBytes.ts';
import { runQueryOf } from '../../../../cli/planner/runQueries.ts';
import { compiledQueries } from '../../../../compiler/sql/compile.ts';
import { duckdbEngine } from '../../../../src/build/engine/duckdb.ts';
import { readingsOf } from '../../../../src/etl/scanBudget.ts';
import type { RawFile } from '../../../../src/ports/build.ts';
import { eventsTable } from '../../../../src/tables/tables.ts';
import { hiveType } from '../../../../src/tables/types.ts';
import { describeFile, filled, projectTables } from '../../../helpers/queries.ts';

/** The hour that cli/planner/cost/columnBytes.ts was measured on, built as build does it and asked as Athena is. */

const FILES = 18;
const ROWS = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'headrace-cost-test-'));
let stage: AthenaEmulator;
let events = 0;
let fileBytes = 0;

const rawFile = (at: number): RawFile => {
  const path = join(folder, `${at}.ndjson`);
  // Two of chance a stream: see streamLines.
  const lines = streamLines(11_000 + at * 2, '2026-11-01T12')
    .take(ROWS)
    .toArray();
  const text = `${lines.join('\n')}\n`;
  writeFileSync(path, text);
  const key = `raw/dt=2026-11-01/hr=12/${at}-n${ROWS}.ndjson.gz`;
  return { key, path, rows: ROWS, bytes: Buffer.byteLength(text), writtenAt: new Date(0) };
};

beforeAll(async () => {
  const raw = async function* () {
    yield Array.from({ length: FILES }, (_, at) => rawFile(at));
  };
  const built = await duckdbEngine({ memoryMb: 1_500 }).build(
    '2026-11-01T12',
    raw(),
    { parts: 1, small: false },
    folder,
  );
  events = built.curated;
  const parquet = readFileSync(built.files[0]?.path ?? '');
  fileBytes = parquet.length;
  stage = await athenaEmulator();
  const columns = Object.fromEntries(eventsTable.columns.map(({ name, type }) => [name, hiveType(type)]));
  await createTable(stage, 'events', PARQUET, 's3://lake/events/', columns, { dt: 'string', hr: 'string' });
  stage.objects.put('lake', 'events/12/part.parquet', parquet);
  await addPartition(stage, 'events', PARQUET, ['2026-11-01', '12'], 's3://lake/events/12/', columns);
}, 120_000);
afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

const shown = z.object({
  Status: z.object({ State: z.literal('SUCCEEDED') }),
  Statistics: z.object({ DataScannedInBytes: z.number() }),
});

const scannedBy = async (sql: string): Promise<number> =>
  shown.parse(await stage.run(sql)).Statistics.DataScannedInBytes;

test('each column of the measured hour takes the bytes an event that are noted, within 5 % or a hundredth of a byte', async () => {
  const wrong: string[] = [];
  for (const { name } of eventsTable.columns) {
    const now = (await scannedBy(`SELECT count("${name}") FROM events`)) / events;
    const noted = columnBytes[name] ?? 0;
    if (Math.abs(now - noted) > Math.max(0.01, 0.05 * noted)) wrong.push(`${name}: ${now.toPrecision(3)}`);
  }
  expect(wrong).toEqual([]);
});

// Of `events` alone: the other tables are not there.
test('the queries of a run scan what is reckoned from their columns, and together less than its budget reserves', async () => {
  const { checks, warnings, marts } = compiledQueries();
  const tables = projectTables();
  const ours = [...checks, ...warnings, ...marts].filter(
    ({ query, declared }) =>
      !declared && tableNames(query).every(([name = '']) => name === 'events' || !tables.has(name)),
  );
  let all = 0;
  for (const query of ours) {
    const scanned = await scannedBy(filled(query.text, ['2026-11-01']));
    const { scans } = runQueryOf(query);
    const reckoned = scans.reduce((sum, columns) => sum + bytesRead(columns, fileBytes / events), 0);
    // Within a twentieth; names and sources of a sorted hour take next to nothing.
    const off = Math.abs(scanned - events * reckoned);
    expect([query.name, off <= Math.max(0.05 * events * reckoned, 0.1 * events)]).toEqual([query.name, true]);
    all += scanned;
  }
  expect(all).toBeLessThanOrEqual(readingsOf(ours.map(({ text }) => ({ sql: text }))) * fileBytes);
});

describeFile('queries/checks/publishedHours.sql', () => {
  test('an hour that is not among those to check is not read', async () => {
    const text = readFileSync('queries/checks/publishedHours.sql', 'utf8');
    expect(await scannedBy(filled(text, ['2026-11-01'], ['11', '13']))).toBe(0);
    expect(await scannedBy(filled(text, ['2026-11-01'], ['11', '12']))).toBeGreaterThan(0);
  });
});
