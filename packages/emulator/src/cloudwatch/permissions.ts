import type { JsonObject } from '../contracts.ts';
import { arn, onAll, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

const named =
  (field: string, action: string) =>
  (input: JsonObject): RequiredPermission => ({
    action: `cloudwatch:${action}`,
    resource: arn('cloudwatch', `alarm:${text(input[field]) || '*'}`),
  });

/** Metrics know no resources: a policy can only ask for their namespace. */
export const cloudwatchPermissions: PermissionTable = {
  PutMetricData: ({ Namespace }) => ({
    action: 'cloudwatch:PutMetricData',
    resource: '*',
    context: { 'cloudwatch:namespace': text(Namespace) },
  }),
  GetMetricData: onAll('cloudwatch:GetMetricData'),
  GetMetricStatistics: onAll('cloudwatch:GetMetricStatistics'),
  ListMetrics: onAll('cloudwatch:ListMetrics'),
  DescribeAlarms: ({ AlarmNames }) =>
    (Array.isArray(AlarmNames) ? AlarmNames : ['*']).map((name) => ({
      action: 'cloudwatch:DescribeAlarms',
      resource: arn('cloudwatch', `alarm:${text(name)}`),
    })),
  DescribeAlarmHistory: named('AlarmName', 'DescribeAlarmHistory'),
  SetAlarmState: named('AlarmName', 'SetAlarmState'),
};
