import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { knownEventTypes } from '../../src/events/registry.ts';
import { trinoType } from '../../src/tables/types.ts';
import { viewColumns, viewSql } from '../../src/tables/views.ts';
import { allQueries, filled } from '../helpers/queries.ts';
import { builtShop, DAY } from './support/builtShop.ts';

/** What is true of the queries and views of any project. */

let shop: Awaited<ReturnType<typeof builtShop>>;
beforeAll(async () => {
  shop = await builtShop();
});
afterAll(() => shop.close());

// Loops, since a project may have none of a kind, and test.each() refuses that.
const ofKind = (...kinds: string[]) =>
  allQueries().filter(({ kind, declared }) => kinds.includes(kind) && !declared);

for (const { file, text, typed } of ofKind('checks', 'warnings', 'marts', 'examples', 'views'))
  test(`${file} gives the columns that were found out of its SQL`, async () => {
    const { columns } = await shop.run(filled(text, [DAY]));
    expect(columns.map((column) => column.toLowerCase())).toEqual(
      typed.map(({ name, trino }) => `${name} ${trino}`.toLowerCase()),
    );
  });

test.each([...knownEventTypes.values()])('the view $name gives the columns it declares', async (type) => {
  const declared = viewColumns(type).map((column) => `${column.name} ${trinoType(column.type)}`);
  expect((await shop.run(viewSql(type))).columns).toEqual(declared);
});
