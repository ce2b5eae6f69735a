import type { TableDefinition } from 'headrace-trino';
import { BIGINT, duckType, quoted, typeText, VARCHAR } from 'headrace-trino';
import { definitionOf, viewOf } from './definitions.ts';
import type { GlueCatalog } from './glueShapes.ts';
import { literal } from './sqlText.ts';

const columns: Record<string, readonly string[]> = {
  schemata: ['catalog_name', 'schema_name'],
  tables: ['table_catalog', 'table_schema', 'table_name', 'table_type'],
  views: ['table_catalog', 'table_schema', 'table_name', 'view_definition'],
  columns: [
    'table_catalog',
    'table_schema',
    'table_name',
    'column_name',
    'ordinal_position',
    'column_default',
    'is_nullable',
    'data_type',
  ],
};

const typeOf = (column: string) => (column === 'ordinal_position' ? BIGINT : VARCHAR);

export const informationSchema = (name: string): TableDefinition | undefined => {
  const names = columns[name];
  return (
    names && {
      database: 'information_schema',
      name,
      columns: names.map((column) => ({ name: column, type: typeOf(column) })),
    }
  );
};

type Cell = string | number | null;

const rowsOf = async (name: string, catalog: GlueCatalog): Promise<Cell[][]> => {
  const databases = await catalog.databases();
  if (name === 'schemata')
    return [...databases.map((d) => ['awsdatacatalog', d.Name]), ['awsdatacatalog', 'information_schema']];
  const rows: Cell[][] = [];
  for (const { Name } of databases) {
    for (const table of await catalog.tables(Name)) {
      const place = ['awsdatacatalog', Name, table.Name];
      const view = viewOf(table);
      if (name === 'tables') rows.push([...place, view ? 'VIEW' : 'BASE TABLE']);
      if (name === 'views' && view) rows.push([...place, view.sql]);
      if (name !== 'columns') continue;
      definitionOf({ ...table, DatabaseName: Name }).columns.forEach((column, i) => {
        rows.push([...place, column.name, i + 1, null, 'YES', typeText(column.type)]);
      });
    }
  }
  return rows;
};

const cell = (value: Cell): string =>
  value === null ? 'NULL' : typeof value === 'number' ? String(value) : literal(value);

/** information_schema as a query over what Glue says now. */
export const informationSchemaSql = async (name: string, catalog: GlueCatalog): Promise<string> => {
  const names = columns[name] ?? [];
  const rows = await rowsOf(name, catalog);
  const list = names
    .map((column) => `CAST(${quoted(column)} AS ${duckType(typeOf(column))}) AS ${quoted(column)}`)
    .join(', ');
  const none = `(${names.map(() => 'NULL').join(', ')})`;
  const values = rows.length > 0 ? rows.map((row) => `(${row.map(cell).join(', ')})`).join(', ') : none;
  return `SELECT ${list} FROM (VALUES ${values}) AS v(${names.map(quoted).join(', ')})${rows.length > 0 ? '' : ' WHERE FALSE'}`;
};
