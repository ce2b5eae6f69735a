import type { Json, JsonObject } from '../contracts.ts';
import { arn, objects, onAll, onEach, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

/** A table may be given by its name or its ARN. */
const tableArn = (table: Json | undefined): string => {
  const name = text(table);
  return name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`);
};

const onTable =
  (action: string) =>
  (input: JsonObject): RequiredPermission => ({
    action: `dynamodb:${action}`,
    resource: tableArn(input.TableName),
  });

const onTableOrIndex =
  (action: string) =>
  (input: JsonObject): RequiredPermission => {
    const index = text(input.IndexName);
    const table = tableArn(input.TableName);
    return { action: `dynamodb:${action}`, resource: index === '' ? table : `${table}/index/${index}` };
  };

const onTables =
  (action: string) =>
  (input: JsonObject): RequiredPermission[] =>
    onEach(`dynamodb:${action}`, Object.keys(input.RequestItems ?? {}).map(tableArn));

const transacted: Readonly<Record<string, string>> = {
  Get: 'dynamodb:GetItem',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
};

/** A transaction needs what its single steps would need. */
const inTransaction = (input: JsonObject): RequiredPermission[] =>
  objects(input.TransactItems).flatMap((item) =>
    Object.entries(transacted).flatMap(([name, action]) =>
      objects([item[name] ?? null]).map(({ TableName }) => ({ action, resource: tableArn(TableName) })),
    ),
  );

export const dynamodbPermissions: PermissionTable = {
  GetItem: onTable('GetItem'),
  PutItem: onTable('PutItem'),
  UpdateItem: onTable('UpdateItem'),
  DeleteItem: onTable('DeleteItem'),
  Query: onTableOrIndex('Query'),
  Scan: onTableOrIndex('Scan'),
  BatchGetItem: onTables('BatchGetItem'),
  BatchWriteItem: onTables('BatchWriteItem'),
  TransactGetItems: inTransaction,
  TransactWriteItems: inTransaction,
  DescribeTable: onTable('DescribeTable'),
  CreateTable: onTable('CreateTable'),
  UpdateTable: onTable('UpdateTable'),
  DeleteTable: onTable('DeleteTable'),
  ListTables: onAll('dynamodb:ListTables'),
};
