import { paginateListTableMetadata, type TableMetadata } from '@aws-sdk/client-athena';
import type { StageAccess } from './access.ts';
import { CliError } from './failure.ts';

/** What can be asked of a stage: its tables and views with their columns, as Athena lists them. */

interface ColumnShown {
  name: string;
  type: string;
  comment: string;
  /** of a partition key: a condition on it decides how much is read */
  partition: boolean;
}

export interface TableShown {
  name: string;
  kind: 'table' | 'view';
  comment: string;
  columns: ColumnShown[];
}

const columnsOf = (columns: TableMetadata['Columns'], partition: boolean): ColumnShown[] =>
  (columns ?? []).map(({ Name, Type, Comment }) => ({
    name: Name ?? '',
    type: Type ?? '',
    comment: Comment ?? '',
    partition,
  }));

const tableOf = ({ Name, TableType, Columns, PartitionKeys, Parameters }: TableMetadata): TableShown => ({
  name: Name ?? '',
  kind: TableType === 'VIRTUAL_VIEW' ? 'view' : 'table',
  // Athena marks each view that it made itself with a comment of its own.
  comment: (Parameters?.comment ?? '').replace(/^Presto View$/, ''),
  columns: [...columnsOf(Columns, false), ...columnsOf(PartitionKeys, true)],
});

/** By name. Metadata costs nothing. */
export const listTables = async ({ athena, database }: StageAccess): Promise<TableShown[]> => {
  const pages = paginateListTableMetadata(
    { client: athena },
    { CatalogName: 'AwsDataCatalog', DatabaseName: database },
  );
  const found: TableShown[] = [];
  for await (const { TableMetadataList: tables = [] } of pages) found.push(...tables.map(tableOf));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** Throws CliError, with the tables that there are. */
export const findTable = (tables: readonly TableShown[], name: string): TableShown => {
  const found = tables.find((table) => table.name === name.toLowerCase());
  if (found) return found;
  const near = tables.filter((table) => table.name.includes(name.toLowerCase()) || name.includes(table.name));
  const shown = near.length > 0 ? near : tables;
  throw new CliError(
    `There is no table "${name}".`,
    `${near.length > 0 ? 'Did you mean' : 'There are'}: ${shown.map((table) => table.name).join(', ')}`,
  );
};
