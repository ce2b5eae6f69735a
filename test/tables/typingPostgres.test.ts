import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { sharedData } from '../../packages/sharedData.ts';
import type { ColumnType, ScalarType } from '../../src/events/columnType.ts';
import { parseFirstMembers } from '../../src/json/firstMembers.ts';
import { isObject, type JsonObject } from '../../src/json/parse.ts';
import { typingOf } from '../../src/tables/typing/postgres.ts';
import { fc } from '../helpers/fastCheck.ts';
import { type TestEvent, typedRows } from '../helpers/ownProject.ts';
import { oddCatalog, oddEvent } from './support/oddEvents.ts';
import { streamsCatalog } from './support/streamsCatalog.ts';

/** One rule, twice: what a build types with DuckDB, the consumer postgres types in JavaScript. */

type Catalog = Parameters<typeof typedRows>[0];

const objectOf = (text: string): JsonObject => {
  const value = parseFirstMembers(text)?.value;
  return isObject(value) ? value : {};
};

const beforeChrist = (text: string): string =>
  text.endsWith(' BC') ? text.slice(0, -' BC'.length).replace(/^0001/, '0000') : text;

/** PostgreSQL's text of an array of texts, read back. */
const elementsOf = (text: string): (string | null)[] =>
  [...text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|NULL/gs)].map(([, quoted]) =>
    quoted === undefined ? null : quoted.replaceAll(/\\(.)/gs, '$1'),
  );

/** As DuckDB's JSON says it. */
const scalar = (type: ScalarType, value: unknown): unknown => {
  if (value === null) return null;
  const text = typeof value === 'object' && JSON.isRawJSON(value) ? value.rawJSON : String(value);
  if (type === 'double') return Number(text) + 0;
  if (type === 'boolean') return text === 'true';
  if (type === 'json') return objectOf(`{"json":${text}}`).json;
  if (type === 'timestamp' || type === 'date') return beforeChrist(text);
  return text;
};

const lineOf = (type: readonly { name: string; type: ScalarType }[], line: unknown): unknown =>
  isObject(line)
    ? Object.fromEntries(type.map((field) => [field.name, scalar(field.type, line[field.name])]))
    : line;

const shown = (type: ColumnType, text: string | null): unknown => {
  if (text === null) return null;
  if (typeof type === 'string') return scalar(type, text);
  const { arrayOf } = type;
  if (typeof arrayOf === 'string') return elementsOf(text).map((one) => scalar(arrayOf, one));
  const lines = objectOf(`{"lines":${text}}`).lines;
  return Array.isArray(lines) ? lines.map((line) => lineOf(arrayOf, line)) : lines;
};

/** DuckDB writes the year 0 as 1 BC too, leaves out fractions that are zero, and says `1e10` for a double's text. */
const timeOfDuckdb = (text: string): string => {
  const [, year = '', rest = '', era] = /^(\d+)(-[^(]*?)( \(BC\))?$/.exec(text) ?? [];
  const plain = `${era === undefined ? year : String(Number(year) - 1).padStart(4, '0')}${rest}`;
  if (!rest.includes(':')) return plain;
  const [whole = '', fraction = ''] = plain.replace(' ', 'T').split('.');
  return `${whole}.${fraction.padEnd(3, '0')}Z`;
};

const duckScalar = (type: ScalarType, value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  if (type === 'timestamp' || type === 'date') return timeOfDuckdb(String(value));
  if (type === 'double') return Number(value) + 0;
  if (type === 'json') return objectOf(`{"json":${value}}`).json;
  return value;
};

const duckShown = (type: ColumnType, value: unknown): unknown => {
  if (typeof type === 'string') return duckScalar(type, value);
  if (!Array.isArray(value)) return value;
  const { arrayOf } = type;
  if (typeof arrayOf === 'string') return value.map((one) => duckScalar(arrayOf, one));
  return value.map((line: unknown) =>
    isObject(line)
      ? Object.fromEntries(arrayOf.map((field) => [field.name, duckScalar(field.type, line[field.name])]))
      : line,
  );
};

const compared = async (catalog: Catalog, events: readonly TestEvent[]) => {
  const typed = typingOf(catalog.eventTypes, catalog.columns);
  const built = await typedRows(catalog, events);
  for (const [at, row] of built.entries()) {
    const event = events[at]!;
    const { values, errors } = typed({
      eventName: event.name,
      properties: objectOf(event.properties),
      context: objectOf(event.context ?? '{}'),
    });
    const ours = catalog.columns.map(({ name, type }, place) => [name, shown(type, values[place] ?? null)]);
    const theirs = catalog.columns.map(({ name, type }) => [name, duckShown(type, row[name])]);
    expect({ event, columns: ours, errors }).toEqual({ event, columns: theirs, errors: row.schema_errors });
  }
  return built;
};

describe('the consumer postgres types events as a build does', () => {
  test('with all types, odd names and odd values', async () => {
    const built = await compared(oddCatalog, fc.sample(oddEvent, 1_500));
    // Neither all right nor all wrong: both ways of every column are taken.
    for (const { name, type } of oddCatalog.columns) {
      expect(built.filter((row) => row[name] !== null).length).toBeGreaterThan(2);
      const named = built.some(({ schema_errors }) => JSON.stringify(schema_errors)?.includes(`"${name}`));
      expect({ name, named }).toEqual({ name, named: type !== 'json' });
    }
  }, 60_000);

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
      const events = lines
        .filter((_, index) => index % nth === 0)
        .map((properties) => {
          const name: unknown = nameIn === undefined ? 'thing' : JSON.parse(properties)[nameIn];
          return { name: String(name), properties, context: properties };
        });
      const rows = await compared(streamsCatalog, events);
      const filled = rows.filter((row) => Object.values(row).some((value) => value !== null));
      expect(filled.length).toBeGreaterThan(rows.length / 2);
    });
  }
});
