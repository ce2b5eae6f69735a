import type { Json, JsonObject } from '../../contracts.ts';
import { callOverHttp, found, objectOf, type Provisioner } from './ports.ts';

/** What of a table's definition DynamoDB Local knows; backups, encryption and tags have no effect here. */
const kept = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
];

export const provisionTable: Provisioner = async ({ name, logicalId, properties }, { endpoint }) => {
  const dynamo = (action: string, input: JsonObject): Promise<JsonObject> =>
    callOverHttp(endpoint, `DynamoDB_20120810.${action}`, 'dynamodb', input);
  const there = await found(
    () => dynamo('DescribeTable', { TableName: name }),
    ['ResourceNotFoundException'],
  );
  if (!there) {
    const wanted = Object.entries({ ...properties, TableName: name }).filter(([key]) => kept.includes(key));
    await dynamo('CreateTable', Object.fromEntries(wanted));
    return;
  }
  const table = objectOf(there.Table);
  if (keysOf(table) === keysOf(properties)) return;
  throw new Error(
    `${logicalId}: the table ${name} in the data folder has other keys or indexes than the template. Start with --fresh.`,
  );
};

/** Keys of the table and its indexes, comparable. */
const keysOf = (table: JsonObject): string => {
  const indexes = [table.GlobalSecondaryIndexes, table.LocalSecondaryIndexes].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const each = indexes.map(objectOf).map((index) => [index.IndexName ?? '', keySchema(index.KeySchema)]);
  return JSON.stringify([
    keySchema(table.KeySchema),
    each.sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
  ]);
};

const keySchema = (schema: Json | undefined): string =>
  (Array.isArray(schema) ? schema : [])
    .map(objectOf)
    .map(({ AttributeName, KeyType }) => `${KeyType}:${AttributeName}`)
    .sort()
    .join(',');
