import '../helpers/shop.ts';
import { describe, expect, test } from '@jest/globals';
import { columnFlaw } from '../../compiler/events/names.ts';
import { catalogColumns } from '../../src/events/columnCatalog.ts';
import type { CatalogColumn, EventType } from '../../src/events/eventType.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { eventsNowColumns, eventsNowSql } from '../../src/tables/eventsNow.ts';
import { trinoType } from '../../src/tables/types.ts';
import { prestoView } from '../../src/tables/views.ts';

/** Glue's limit of ViewOriginalText, and Athena's of a statement. */
const MOST_OF_A_VIEW = 409_600;
const MOST_OF_A_STATEMENT = 262_144;

const sizes = (types: Iterable<EventType>, catalog: readonly CatalogColumn[]) => {
  const sql = eventsNowSql(types, catalog, 31);
  const columns = eventsNowColumns(catalog).map(({ name, type }) => ({ name, trino: trinoType(type) }));
  return { statement: Buffer.byteLength(sql), view: prestoView({ sql, columns }, 'headrace_prod').length };
};

const fields = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, at) => ({
  name,
  type: at % 2 === 0 ? ('double' as const) : ('string' as const),
  from: [[name]],
}));

/** 500 columns of all types in 20 event types. */
const many = (): { types: EventType[]; columns: CatalogColumn[] } => {
  const all = [
    'string',
    'bigint',
    'double',
    'decimal(12,2)',
    'boolean',
    'timestamp',
    'date',
    'json',
  ] as const;
  const columns = Array.from({ length: 500 }, (_, at): CatalogColumn => {
    const type = at % 100 === 99 ? { arrayOf: at % 200 === 99 ? ('string' as const) : fields } : all[at % 8];
    return { name: `a_column_of_some_length_${at}`, type: type ?? 'string', comment: '' };
  });
  const types = Array.from({ length: 20 }, (_, at): EventType => {
    const own = columns.filter((_column, index) => index % 20 === at || index % 37 === at);
    const read = own.map(({ name }) => [name, [{ in: 'properties' as const, path: [name] }]] as const);
    return {
      ...{ name: `type_${at}`, view: `type_${at}`, comment: '' },
      columns: Object.fromEntries(read),
      pii: [],
    };
  });
  return { types, columns };
};

describe('the text of events_now', () => {
  test('is small for the catalog of a shop', () => {
    const { statement, view } = sizes(knownEventTypes.values(), catalogColumns);
    expect(statement).toBeLessThan(24_000);
    expect(view).toBeLessThan(40_000);
  });

  test('fits into Glue and Athena with 500 columns', () => {
    const { types, columns } = many();
    const { statement, view } = sizes(types, columns);
    expect(statement).toBeGreaterThan(100_000);
    expect(statement).toBeLessThan(MOST_OF_A_STATEMENT);
    expect(view).toBeLessThan(MOST_OF_A_VIEW);
  });
});

test('no column of an event type can be called as one that events_now has itself', () => {
  expect(eventsNowColumns([]).filter(({ name }) => columnFlaw(name) === undefined)).toEqual([]);
});
