import type { JsonObject } from '../contracts.ts';
import { text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

const onTopic = ({ TopicArn, TargetArn }: JsonObject): RequiredPermission => ({
  action: 'sns:Publish',
  resource: text(TopicArn) || text(TargetArn),
});

/** The calls of SNS that a function would make. The batch needs what its items need. */
export const snsPermissions: PermissionTable = { Publish: onTopic, PublishBatch: onTopic };
