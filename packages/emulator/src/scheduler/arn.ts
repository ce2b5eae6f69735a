import { arn } from '../iam/arns.ts';

/** The group of a schedule that names none. */
export const DEFAULT_GROUP = 'default';

export const scheduleArn = (name: string, group: string): string =>
  arn('scheduler', `schedule/${group || DEFAULT_GROUP}/${name}`);

export const scheduleGroupArn = (name: string): string => arn('scheduler', `schedule-group/${name}`);
