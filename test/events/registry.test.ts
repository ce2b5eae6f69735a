import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { catalogColumns } from '../../src/events/columnCatalog.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { buildLines, line, parquetRows } from '../helpers/rawLines.ts';

const properties = z.record(z.string(), z.unknown());
const fixture = z.strictObject({
  /** properties of events whose every value fits; together they fill every column of the type */
  good: z.array(properties).min(1),
  bad: z.array(z.strictObject({ properties, schema_errors: z.array(z.string()).min(1) })).min(1),
});

const folder = 'test/fixtures/eventTypes';
const fixtureOf = (name: string) => {
  const path = `${folder}/${name}.json`;
  if (!existsSync(path))
    throw new Error(`Write ${path}: {"good": [properties …], "bad": [{"properties", "schema_errors"} …]}`);
  return fixture.parse(JSON.parse(readFileSync(path, 'utf8')));
};
const camel = (name: string): string => name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

describe('the registry of event types', () => {
  test('every file of src/events that describes a type is in the registry', async () => {
    const files = readdirSync('src/events').filter((name) =>
      readFileSync(`src/events/${name}`, 'utf8').includes(': EventType = {'),
    );
    const expected = [...knownEventTypes.keys()].map((name) => `${camel(name)}.ts`);
    expect(files.sort()).toEqual(expected.sort());
  });

  test('every fixture belongs to a known type', () => {
    expect(readdirSync(folder).sort()).toEqual(
      [...knownEventTypes.keys()].map((name) => `${name}.json`).sort(),
    );
  });

  test('every column of the column catalog is carried by some type', () => {
    const carried = new Set([...knownEventTypes.values()].flatMap((type) => Object.keys(type.columns)));
    expect(catalogColumns.map(({ name }) => name).filter((name) => !carried.has(name))).toEqual([]);
  });

  test('no type has the name of a table', () => {
    const tables = ['events', 'raw_events', 'quarantine'];
    expect(tables.filter((name) => knownEventTypes.has(name))).toEqual([]);
  });
});

describe.each([...knownEventTypes.values()])('$name', (type) => {
  const columns = Object.keys(type.columns);

  test('its good events fill every column it lists, without errors', async () => {
    const { good } = fixtureOf(type.name);
    const built = await buildLines(
      ...good.map((event) => line({ event_name: type.name, properties: JSON.stringify(event) })),
    );
    const counts = columns.map((name) => `count("${name}")::INTEGER AS "${name}"`).join(', ');
    const [row] = await parquetRows(
      built.parquetPath,
      `SELECT count(schema_errors)::INTEGER AS errors, ${counts} FROM $1`,
    );
    expect(row).toMatchObject({ errors: 0 });
    expect(columns.filter((name) => row?.[name] === 0)).toEqual([]);
  });

  test('its bad events stay whole and name the columns they contradict', async () => {
    for (const { properties: sent, schema_errors } of fixtureOf(type.name).bad) {
      const text = JSON.stringify(sent);
      const built = await buildLines(line({ event_name: type.name, properties: text }));
      const rows = await parquetRows(built.parquetPath, 'SELECT schema_errors, properties FROM $1');
      expect(rows).toEqual([{ schema_errors, properties: text }]);
    }
  });
});
