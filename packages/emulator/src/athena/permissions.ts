import type { JsonObject } from '../contracts.ts';
import { arn, onAll, onEach, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

type Find = (queryId: string) => string | undefined;

const workGroupArn = (name: string): string => arn('athena', `workgroup/${name}`);
const catalogArn = (name: string): string => arn('athena', `datacatalog/${name}`);

const onWorkGroup =
  (action: string, field = 'WorkGroup') =>
  (input: JsonObject): RequiredPermission => ({
    action: `athena:${action}`,
    resource: workGroupArn(text(input[field]) || 'primary'),
  });

const onCatalog =
  (action: string, field = 'CatalogName') =>
  (input: JsonObject): RequiredPermission => ({
    action: `athena:${action}`,
    resource: catalogArn(text(input[field]) || 'AwsDataCatalog'),
  });

/** `workGroupOf` tells the workgroup of a query; one that nobody has started belongs to `primary` like any other. */
export const athenaPermissions = (workGroupOf: Find): PermissionTable => {
  const onQuery =
    (action: string) =>
    ({ QueryExecutionId }: JsonObject): RequiredPermission => ({
      action: `athena:${action}`,
      resource: workGroupArn(workGroupOf(text(QueryExecutionId)) ?? 'primary'),
    });
  return {
    StartQueryExecution: onWorkGroup('StartQueryExecution'),
    GetQueryExecution: onQuery('GetQueryExecution'),
    StopQueryExecution: onQuery('StopQueryExecution'),
    GetQueryResults: onQuery('GetQueryResults'),
    BatchGetQueryExecution: ({ QueryExecutionIds }) => {
      const ids = Array.isArray(QueryExecutionIds) ? QueryExecutionIds.map(text) : [];
      const groups = new Set(ids.map((id) => workGroupArn(workGroupOf(id) ?? 'primary')));
      return onEach('athena:BatchGetQueryExecution', [...groups]);
    },
    ListQueryExecutions: onWorkGroup('ListQueryExecutions'),
    CreateWorkGroup: onWorkGroup('CreateWorkGroup', 'Name'),
    UpdateWorkGroup: onWorkGroup('UpdateWorkGroup'),
    DeleteWorkGroup: onWorkGroup('DeleteWorkGroup'),
    GetWorkGroup: onWorkGroup('GetWorkGroup'),
    ListWorkGroups: onAll('athena:ListWorkGroups'),
    ListDataCatalogs: onAll('athena:ListDataCatalogs'),
    GetDataCatalog: onCatalog('GetDataCatalog', 'Name'),
    ListDatabases: onCatalog('ListDatabases'),
    GetDatabase: onCatalog('GetDatabase'),
    ListTableMetadata: onCatalog('ListTableMetadata'),
    GetTableMetadata: onCatalog('GetTableMetadata'),
  };
};
