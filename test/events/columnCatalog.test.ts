import { expect, test } from '@jest/globals';
import { envelopeNames, tableNames } from '../../compiler/events/names.ts';
import { EVENTS_NOW } from '../../src/tables/eventsNow.ts';
import {
  archiveLinesTable,
  envelopeColumns,
  eventsTable,
  liveWindowsTable,
  quarantineLinesTable,
  quarantineTable,
  rawEventsTable,
  rawLinesTable,
} from '../../src/tables/tables.ts';
import { archiveView } from '../../src/tables/views.ts';

test('the names that no column and no view may have are those of the tables', () => {
  const { partitionKeys } = eventsTable;
  expect(envelopeNames).toEqual([...envelopeColumns, ...partitionKeys].map(({ name }) => name));
  expect(tableNames).toEqual(
    [
      eventsTable,
      rawLinesTable,
      quarantineLinesTable,
      { name: EVENTS_NOW },
      rawEventsTable,
      quarantineTable,
      archiveLinesTable,
      archiveView,
      liveWindowsTable,
    ].map(({ name }) => name),
  );
});
