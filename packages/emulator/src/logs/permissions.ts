import type { JsonObject } from '../contracts.ts';
import { arn, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

const groupName = ({ logGroupName, logGroupIdentifier }: JsonObject): string =>
  text(logGroupName) ||
  text(logGroupIdentifier)
    .replace(/^arn:.*:log-group:/, '')
    .replace(/:\*$/, '');

/** On a log group AWS asks for the ARN with an empty stream, which `…:log-group:NAME:*` matches. */
const onGroup =
  (action: string) =>
  (input: JsonObject): RequiredPermission => ({
    action: `logs:${action}`,
    resource: arn('logs', `log-group:${groupName(input)}:log-stream:`),
  });

export const logsPermissions: PermissionTable = {
  DescribeLogGroups: () => ({
    action: 'logs:DescribeLogGroups',
    resource: arn('logs', 'log-group::log-stream:'),
  }),
  DescribeLogStreams: onGroup('DescribeLogStreams'),
  FilterLogEvents: onGroup('FilterLogEvents'),
  GetLogEvents: (input) => ({
    action: 'logs:GetLogEvents',
    resource: arn('logs', `log-group:${groupName(input)}:log-stream:${text(input.logStreamName)}`),
  }),
};
