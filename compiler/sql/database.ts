import { type TableDefinition, hiveType as trinoTypeOf } from 'headrace-trino';
import { knownEventTypes } from '../../src/events/registry.ts';
import {
  eventsTable,
  quarantineLinesTable,
  quarantineTable,
  rawEventsTable,
  rawLinesTable,
  type TableColumn,
} from '../../src/tables/tables.ts';
import { hiveType } from '../../src/tables/types.ts';
import { viewColumns, viewSql } from '../../src/tables/views.ts';

/** The tables and views that there are before any file of queries/ is read, as packages/trino knows tables. */

/** Any name does: queries name tables without their database, which is another in each stage. */
export const DATABASE = 'headrace';

const columnsOf = (columns: readonly TableColumn[], partition: boolean) =>
  columns.map(({ name, type, comment }) => ({
    name,
    type: trinoTypeOf(hiveType(type)),
    comment,
    ...(partition ? { partition } : {}),
  }));

const tables = (): TableDefinition[] =>
  [eventsTable, rawLinesTable, quarantineLinesTable, rawEventsTable, quarantineTable].map(
    ({ name, columns, partitionKeys }) => ({
      database: DATABASE,
      name,
      columns: [...columnsOf(columns, false), ...columnsOf(partitionKeys, true)],
    }),
  );

const eventViews = (): TableDefinition[] =>
  [...knownEventTypes.values()].map((type) => ({
    database: DATABASE,
    name: type.view,
    columns: columnsOf(viewColumns(type), false),
    view: { sql: viewSql(type), database: DATABASE },
  }));

/** By name. */
export const ownTables = (): Map<string, TableDefinition> =>
  new Map([...tables(), ...eventViews()].map((table) => [table.name, table]));
