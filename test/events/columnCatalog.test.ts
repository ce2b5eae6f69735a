import { expect, test } from '@jest/globals';
import { envelopeNames, tableNames } from '../../compiler/events/names.ts';
import {
  envelopeColumns,
  eventsTable,
  quarantineLinesTable,
  quarantineTable,
  rawEventsTable,
  rawLinesTable,
} from '../../src/tables/tables.ts';

test('the names that no column and no view may have are those of the tables', () => {
  const { partitionKeys } = eventsTable;
  expect(envelopeNames).toEqual([...envelopeColumns, ...partitionKeys].map(({ name }) => name));
  expect(tableNames).toEqual(
    [eventsTable, rawLinesTable, quarantineLinesTable, rawEventsTable, quarantineTable].map(
      ({ name }) => name,
    ),
  );
});
