import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { packageStage } from '../../client/package.ts';
import { timeZoneOf } from '../../resources/timeZone.ts';
import { type Resources, resourcesOf } from '../../scripts/resourceList.ts';
import { changedParams } from '../helpers/packaged.ts';
import { packagedOnce } from '../helpers/packagedOnce.ts';

const prod = packagedOnce('prod');
let changed: Resources;
beforeAll(async () => {
  const folder = await packageStage('prod', changedParams);
  changed = resourcesOf(join(folder, 'cloudformation-template-update-stack.json'));
}, 300_000);

const zonesIn = (resources: Resources): unknown[] => {
  return [
    ...['PlanLambdaFunction', 'PlanBackfillLambdaFunction'].map(
      (id) => resources[id]?.Properties.Environment,
    ),
    ...['EtlSchedule', 'ReconcileSchedule'].map((id) => resources[id]?.Properties.ScheduleExpressionTimezone),
  ];
};

test('the time zone of a stage is that of its marts and of its schedules', () => {
  const planOf = (zone: string) =>
    expect.objectContaining({ Variables: expect.objectContaining({ TIME_ZONE: zone }) });
  expect(zonesIn(prod.resources)).toEqual([planOf('UTC'), planOf('UTC'), 'UTC', 'UTC']);
  const seoul = planOf('Asia/Seoul');
  expect(zonesIn(changed)).toEqual([seoul, seoul, 'Asia/Seoul', 'Asia/Seoul']);
});

describe('the param timeZone', () => {
  test.each([
    'UTC',
    'Asia/Seoul',
    'Asia/Kolkata',
    'America/Argentina/Buenos_Aires',
    'Etc/GMT+5',
    'America/Port-au-Prince',
  ])('takes %s', (zone) => {
    expect(timeZoneOf(zone)).toBe(zone);
  });

  test.each([
    ['Seoul', 'Did you mean "Asia/Seoul"?'],
    ['asia/seoul', 'Did you mean "Asia/Seoul"?'],
    ['Asia/Soul', 'Did you mean "Asia/Seoul"?'],
    ['utc', 'Did you mean "UTC"?'],
    ['Etc/UTC', 'Did you mean "UTC"?'],
    ['+09:00', 'Give a name such as Asia/Seoul'],
    ['KST', 'Give a name such as Asia/Seoul'],
    ['', 'Give a name such as Asia/Seoul'],
    ["UTC' OR '1'='1", 'Give a name such as Asia/Seoul'],
  ])('refuses "%s", and says what it may be', (zone, advice) => {
    expect(() => timeZoneOf(zone)).toThrow(`timeZone: "${zone}" is not a time zone.`);
    expect(() => timeZoneOf(zone)).toThrow(advice);
  });
});
