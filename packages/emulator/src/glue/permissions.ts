import type { JsonObject } from '../contracts.ts';
import { arn, onAll, onEach, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

const catalog = arn('glue', 'catalog');

/** Glue knows names in lower case only. */
const lower = (value: JsonObject[string] | undefined): string => text(value).toLowerCase();

const inputName = (input: JsonObject, field: string): string => {
  const given = input[field];
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? lower(given.Name) : '';
};

const databaseArn = (database: string): string => arn('glue', `database/${database}`);

/** Whoever asks for something in the catalog needs the permission on everything above it as well. */
export const glueDatabase = (action: string, database: string): RequiredPermission[] =>
  onEach(`glue:${action}`, [catalog, databaseArn(database)]);

/** `table` may be `*`: all tables of the database. */
export const glueTable = (action: string, database: string, table: string): RequiredPermission[] =>
  onEach(`glue:${action}`, [catalog, databaseArn(database), arn('glue', `table/${database}/${table}`)]);

type Place = (action: string) => (input: JsonObject) => RequiredPermission | RequiredPermission[];

const byDatabaseName: Place = (action) => (input) => glueDatabase(action, lower(input.Name));
const byTableName: Place = (action) => (input) =>
  glueTable(action, lower(input.DatabaseName), lower(input.TableName));
const onCrawler: Place = (action) => (input) => ({
  action: `glue:${action}`,
  resource: arn('glue', `crawler/${text(input.Name)}`),
});

const each = (place: Place, actions: readonly string[]): PermissionTable =>
  Object.fromEntries(actions.map((action) => [action, place(action)]));

export const gluePermissions: PermissionTable = {
  ...each(byDatabaseName, ['GetDatabase', 'UpdateDatabase']),
  CreateDatabase: (input) => glueDatabase('CreateDatabase', inputName(input, 'DatabaseInput')),
  DeleteDatabase: (input) => glueTable('DeleteDatabase', lower(input.Name), '*'),
  GetDatabases: (): RequiredPermission[] => onEach('glue:GetDatabases', [catalog, databaseArn('*')]),
  GetTable: (input) => glueTable('GetTable', lower(input.DatabaseName), lower(input.Name)),
  DeleteTable: (input) => glueTable('DeleteTable', lower(input.DatabaseName), lower(input.Name)),
  GetTables: (input) => glueTable('GetTables', lower(input.DatabaseName), '*'),
  CreateTable: (input) => glueTable('CreateTable', lower(input.DatabaseName), inputName(input, 'TableInput')),
  UpdateTable: (input) => glueTable('UpdateTable', lower(input.DatabaseName), inputName(input, 'TableInput')),
  ...each(byTableName, [
    'GetTableVersion',
    'GetTableVersions',
    'DeleteTableVersion',
    'CreatePartition',
    'BatchCreatePartition',
    'UpdatePartition',
    'BatchUpdatePartition',
    'DeletePartition',
    'BatchDeletePartition',
    'GetPartition',
    'BatchGetPartition',
    'GetPartitions',
  ]),
  ...each(onCrawler, ['UpdateCrawler', 'DeleteCrawler', 'GetCrawler', 'StartCrawler', 'StopCrawler']),
  CreateCrawler: onAll('glue:CreateCrawler'),
  GetCrawlers: onAll('glue:GetCrawlers'),
  ListCrawlers: onAll('glue:ListCrawlers'),
  GetCrawlerMetrics: onAll('glue:GetCrawlerMetrics'),
};
