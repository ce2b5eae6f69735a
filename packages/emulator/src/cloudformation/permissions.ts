import type { JsonObject } from '../contracts.ts';
import { arn, onAll, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

/** A stack that is asked for by its name stands for all ids of that name; none asks for every stack. */
const onStack =
  (action: string) =>
  ({ StackName }: JsonObject): RequiredPermission => {
    const name = text(StackName);
    return {
      action: `cloudformation:${action}`,
      resource: name.startsWith('arn:')
        ? name
        : arn('cloudformation', name === '' ? 'stack/*' : `stack/${name}/*`),
    };
  };

export const cloudformationPermissions: PermissionTable = {
  DescribeStacks: onStack('DescribeStacks'),
  DescribeStackEvents: onStack('DescribeStackEvents'),
  DescribeStackResource: onStack('DescribeStackResource'),
  DescribeStackResources: onStack('DescribeStackResources'),
  GetTemplate: onStack('GetTemplate'),
  ListStackResources: onStack('ListStackResources'),
  ListExports: onAll('cloudformation:ListExports'),
  ListStacks: onAll('cloudformation:ListStacks'),
};
