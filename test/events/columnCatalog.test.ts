import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { catalogColumns } from '../../src/events/columnCatalog.ts';
import { personalData } from '../../src/events/personalData.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { envelopeColumns } from '../../src/tables/tables.ts';
import { hiveType } from '../../src/tables/types.ts';

const recorded = z
  .record(z.string(), z.string())
  .parse(JSON.parse(readFileSync('test/fixtures/columnCatalog.json', 'utf8')));
const now = Object.fromEntries(catalogColumns.map(({ name, type }) => [name, hiveType(type)]));

/** What is wrong with the column catalog against the recorded one, and what to do about each. */
const offences = (current: Record<string, string>): string[] => {
  const names = Object.keys(current);
  const gone = Object.entries(recorded).flatMap(([name, type]) => {
    if (current[name] === undefined)
      return [`${name} was removed: put it back; partitions that have it stay readable only so`];
    if (current[name] === type) return [];
    return [
      `${name} was ${type} and is now ${current[name]}: put ${type} back and give the new type a new name`,
    ];
  });
  const added = names.filter((name) => recorded[name] === undefined);
  const notLast = names.slice(0, names.length - added.length).filter((name) => added.includes(name));
  return [
    ...gone,
    ...notLast.map((name) => `${name} is new and not at the end of the column catalog: move it there`),
    ...added.map(
      (name) => `${name} is new: add "${name}": "${current[name]}" to test/fixtures/columnCatalog.json`,
    ),
  ];
};

describe('the column catalog', () => {
  test('only grows: no recorded column is gone or has another type, new ones are last and recorded', () => {
    expect(offences(now)).toEqual([]);
  });

  test('a changed, a removed and a misplaced column are each told what to do', () => {
    const { page_url: _, ...rest } = now;
    expect(offences({ theme: 'string', ...rest, price: 'string' })).toEqual([
      expect.stringContaining('page_url was removed: put it back'),
      expect.stringContaining('price was double and is now string: put double back'),
      expect.stringContaining('theme is new and not at the end'),
      expect.stringContaining('theme is new: add'),
    ]);
  });

  test('no column has the name of one of the envelope or of a partition key, and all are lower snake case', () => {
    const names = catalogColumns.map(({ name }) => name);
    const taken = new Set([
      ...envelopeColumns.map(({ name }) => name),
      'dt',
      'hr',
      'kind',
      'j',
      'v',
      'file',
      'ok',
    ]);
    expect(names.filter((name) => taken.has(name) || !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  test('only columns of text are hashed: a hash in any other would be a schema error', () => {
    const { everywhere, ofType } = personalData();
    const unfit = [...knownEventTypes.values()].flatMap((type) =>
      catalogColumns.flatMap(({ name, type: columnType }) => {
        const rules = ofType.get(type.name) ?? everywhere;
        const sources = Object.entries(type.columns).find(([column]) => column === name)?.[1] ?? [];
        const isHashed = sources.some((field) => rules.get(`properties.${field}`) === 'hash');
        return isHashed && columnType !== 'string' ? [`${type.name}.${name}`] : [];
      }),
    );
    expect(unfit).toEqual([]);
  });

  test('every column has a comment that Glue takes', () => {
    // Glue: at most 255 bytes.
    const unfit = catalogColumns.filter(({ comment }) => comment === '' || Buffer.byteLength(comment) > 255);
    expect(unfit).toEqual([]);
  });
});
