import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { DEFAULT_GROUP } from '../arn.ts';
import { type Action, datesOf, page, pageInput, parse } from '../core.ts';
import type { ScheduleItem } from '../store.ts';

const getInput = z.object({ Name: z.string(), groupName: z.string().default(DEFAULT_GROUP) });
const listInput = pageInput.extend({
  ScheduleGroup: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
});

/** AWS's own, of a schedule that says nothing else. */
const retryPolicy = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

const described = z.object({
  Description: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  FlexibleTimeWindow: z.record(z.string(), z.json()),
  KmsKeyArn: z.string().optional(),
  StartDate: z.string().optional(),
  EndDate: z.string().optional(),
  Target: z.looseObject({ Arn: z.string(), RetryPolicy: z.record(z.string(), z.json()).default({}) }),
});

const of = ({ properties }: ScheduleItem) => described.parse(properties);

const seconds = (date: string | undefined): number | undefined =>
  date === undefined ? undefined : Date.parse(date) / 1000;

const getSchedule: Action = (core, input) => {
  const { Name, groupName } = parse(getInput, input);
  const schedule = core.store.schedules().find(({ name, group }) => name === Name && group === groupName);
  if (schedule === undefined)
    throw new AwsError('ResourceNotFoundException', `Schedule ${Name} does not exist.`, 404);
  const { StartDate, EndDate, Target, ...rest } = of(schedule);
  const target = { ...Target, RetryPolicy: { ...retryPolicy, ...Target.RetryPolicy } };
  return jsonObject({
    ...rest,
    ...{ Arn: schedule.arn, Name, GroupName: groupName, ActionAfterCompletion: 'NONE' },
    ...datesOf(core, schedule.arn),
    StartDate: seconds(StartDate),
    EndDate: seconds(EndDate),
    Target: z.record(z.string(), z.json()).parse(target),
  });
};

const listSchedules: Action = (core, input) => {
  const { ScheduleGroup, State, ...asked } = parse(listInput, input);
  const wanted = core.store
    .schedules()
    .filter(({ group }) => ScheduleGroup === undefined || group === ScheduleGroup)
    .filter((schedule) => State === undefined || of(schedule).State === State);
  const { items, NextToken } = page(wanted, asked);
  const Schedules = items.map((schedule): JsonObject => {
    const { State: state, Target } = of(schedule);
    return {
      ...{ Arn: schedule.arn, Name: schedule.name, GroupName: schedule.group, State: state },
      ...datesOf(core, schedule.arn),
      Target: { Arn: Target.Arn },
    };
  });
  return jsonObject({ Schedules, NextToken });
};

export const scheduleActions: Readonly<Record<string, Action>> = {
  GetSchedule: getSchedule,
  ListSchedules: listSchedules,
};
