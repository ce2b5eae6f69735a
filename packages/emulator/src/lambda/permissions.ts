import { arn, onAll, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';

const onFunction =
  (action: string) =>
  ({ FunctionName }: Parameters<PermissionTable[string]>[0]) => ({
    action: `lambda:${action}`,
    resource: arn('lambda', `function:${text(FunctionName)}`),
  });

/** By the operations' names; `FunctionName` is a name without account or qualifier. */
export const lambdaPermissions: PermissionTable = {
  Invoke: onFunction('InvokeFunction'),
  GetFunction: onFunction('GetFunction'),
  GetFunctionConfiguration: onFunction('GetFunctionConfiguration'),
  ListFunctions: onAll('lambda:ListFunctions'),
  ListEventSourceMappings: onAll('lambda:ListEventSourceMappings'),
};
