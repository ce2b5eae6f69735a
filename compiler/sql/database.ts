import { type TableDefinition, hiveType as trinoTypeOf } from 'headrace-trino';
import { catalogColumns } from '../../src/events/columnCatalog.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { knownWindows } from '../../src/events/windows/registry.ts';
import { EVENTS_NOW, eventsNowColumns, eventsNowSql } from '../../src/tables/eventsNow.ts';
import { quarantineSql, rawEventsSql } from '../../src/tables/lineViews.ts';
import {
  eventsTable,
  liveWindowsTable,
  quarantineLinesTable,
  quarantineTable,
  rawEventsTable,
  rawLinesTable,
  type TableColumn,
} from '../../src/tables/tables.ts';
import { hiveType } from '../../src/tables/types.ts';
import { viewColumns, viewSql } from '../../src/tables/views.ts';
import { windowViewColumns, windowViewSql } from '../../src/tables/windowViews.ts';

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
  [eventsTable, rawLinesTable, quarantineLinesTable, liveWindowsTable].map(
    ({ name, columns, partitionKeys }) => ({
      database: DATABASE,
      name,
      columns: [...columnsOf(columns, false), ...columnsOf(partitionKeys, true)],
    }),
  );

const lineViews = (): TableDefinition[] =>
  [
    { view: rawEventsTable, sql: rawEventsSql },
    { view: quarantineTable, sql: quarantineSql },
  ].map(({ view: { name, columns, partitionKeys }, sql }) => ({
    database: DATABASE,
    name,
    columns: columnsOf([...columns, ...partitionKeys], false),
    view: { sql, database: DATABASE },
  }));

const eventViews = (): TableDefinition[] =>
  [...knownEventTypes.values()].map((type) => ({
    database: DATABASE,
    name: type.view,
    columns: columnsOf(viewColumns(type), false),
    view: { sql: viewSql(type), database: DATABASE },
  }));

const windowViews = (): TableDefinition[] =>
  knownWindows.map((window) => ({
    database: DATABASE,
    name: window.name,
    columns: columnsOf(windowViewColumns(window, catalogColumns), false),
    view: { sql: windowViewSql(window, catalogColumns), database: DATABASE },
  }));

/** For any number of days: its columns and what it reads are the same. */
const eventsNow = (): TableDefinition => ({
  database: DATABASE,
  name: EVENTS_NOW,
  columns: columnsOf(eventsNowColumns(catalogColumns), false),
  view: { sql: eventsNowSql(knownEventTypes.values(), catalogColumns, 1), database: DATABASE },
});

/** By name. */
export const ownTables = (): Map<string, TableDefinition> => {
  const all = [...tables(), ...lineViews(), eventsNow(), ...eventViews(), ...windowViews()];
  return new Map(all.map((table) => [table.name, table]));
};
