import { onAll, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import { scheduleArn, scheduleGroupArn } from './arn.ts';

export const schedulerPermissions: PermissionTable = {
  GetSchedule: ({ Name, groupName }) => ({
    action: 'scheduler:GetSchedule',
    resource: scheduleArn(text(Name), text(groupName)),
  }),
  ListSchedules: onAll('scheduler:ListSchedules'),
  GetScheduleGroup: ({ Name }) => ({
    action: 'scheduler:GetScheduleGroup',
    resource: scheduleGroupArn(text(Name)),
  }),
  ListScheduleGroups: onAll('scheduler:ListScheduleGroups'),
};
