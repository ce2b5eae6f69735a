import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { sharedData } from '../../packages/sharedData.ts';
import { fc } from '../helpers/fastCheck.ts';
import { type TestEvent, typedRows } from '../helpers/ownProject.ts';
import { typedRowsInTrino } from '../helpers/trinoTyping.ts';
import { oddCatalog, oddEvent } from './support/oddEvents.ts';
import { streamsCatalog } from './support/streamsCatalog.ts';

/** One rule in two dialects: what a build types with DuckDB, events_now types with Trino's SQL. */

type Catalog = Parameters<typeof typedRows>[0];
type Row = Record<string, unknown>;

const AT_ONCE = 250;

const chunks = (events: readonly TestEvent[]): TestEvent[][] =>
  Array.from({ length: Math.ceil(events.length / AT_ONCE) }, (_, at) =>
    events.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );

/** The rows of events that a build has typed, each compared with Trino's. */
const compared = async (catalog: Catalog, events: readonly TestEvent[]): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const chunk of chunks(events)) {
    const built = await typedRows(catalog, chunk);
    const now = await typedRowsInTrino(catalog, chunk);
    for (const [at, row] of built.entries())
      expect({ event: chunk[at], row: now[at] }).toEqual({ event: chunk[at], row });
    rows.push(...built);
  }
  return rows;
};

describe('Trino types events as a build does', () => {
  test('with all types, odd names and odd values', async () => {
    const built = await compared(oddCatalog, fc.sample(oddEvent, 1_000));
    // Neither all right nor all wrong: both ways of every column are taken.
    for (const { name, type } of oddCatalog.columns) {
      expect(built.filter((row) => row[name] !== null).length).toBeGreaterThan(2);
      const named = built.some(({ schema_errors }) => JSON.stringify(schema_errors)?.includes(`"${name}`));
      expect({ name, named }).toEqual({ name, named: type !== 'json' });
    }
  }, 120_000);

  const streams = [
    ['gharchive_2015-01-01-0.scrubbed.json.gz', 'type', 40],
    ['gharchive_2021-07-21.scrubbed.json.gz', 'type', 3],
    ['wikiticker_2015-09-12_restored.json.gz', undefined, 200],
    ['zeek_dns.json.gz', '_path', 260],
    ['cloudtrail_otrf_2020-09-14.json.gz', undefined, 1],
  ] as const;
  for (const [file, nameIn, nth] of streams) {
    const path = sharedData(`streams/${file}`);
    (path ? test : test.skip)(`of ${file}`, async () => {
      const lines = gunzipSync(readFileSync(path ?? ''))
        .toString()
        .trimEnd()
        .split('\n');
      const sampled = lines.filter((_, index) => index % nth === 0);
      const events = sampled.map((properties) => {
        const name: unknown = nameIn === undefined ? 'thing' : JSON.parse(properties)[nameIn];
        return { name: String(name), properties, context: properties };
      });
      const rows = await compared(streamsCatalog, events);
      const filled = rows.filter((row) => Object.values(row).some((value) => value !== null));
      expect(filled.length).toBeGreaterThan(rows.length / 2);
    });
  }
});
