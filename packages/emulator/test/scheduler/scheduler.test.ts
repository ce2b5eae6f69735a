import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IN_MEMORY, openStore } from '../../src/database.ts';
import type { Endpoint } from '../../src/endpoint/types.ts';
import { openScheduler } from '../../src/scheduler/service.ts';
import { parseTemplate } from '../../src/template/read.ts';
import { resolveTemplate } from '../../src/template/resolveTemplate.ts';
import { endpointOf } from '../endpoint/fixture.ts';

/** No client of Scheduler is at hand: the requests are as the aws CLI sends them, and scripts/checkAwsCli.sh has the CLI itself. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=AKID/20261101/us-east-1/scheduler/aws4_request, SignedHeaders=host, Signature=0';

const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:etl';
const schedule = (Name: string, more: object = {}) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    ...{ Name, ScheduleExpression: 'rate(15 minutes)', FlexibleTimeWindow: { Mode: 'OFF' } },
    Target: { Arn: machine, RoleArn: 'arn:aws:iam::000000000000:role/r', Input: '{}' },
    ...more,
  },
});
const resourcesOf = (more: object = {}) =>
  resolveTemplate(
    parseTemplate({
      Resources: {
        Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'nightly' } },
        Etl: schedule('etl', {
          ...{ Description: 'builds', State: 'DISABLED', StartDate: '2026-12-01T00:00:00Z' },
          Target: { Arn: machine, RoleArn: 'r', RetryPolicy: { MaximumRetryAttempts: 3 } },
          ...more,
        }),
        Sweep: schedule('sweep', { GroupName: { Ref: 'Group' } }),
      },
    }),
    { stack: 's', endpoint: 'http://127.0.0.1:1' },
  );

const bootMs = Date.parse('2026-11-01T05:00:00Z');
let now = bootMs;
const scheduler = openScheduler({ db: openStore(IN_MEMORY), now: () => now });
let endpoint: Endpoint;

beforeAll(async () => {
  scheduler.deploy(resourcesOf());
  endpoint = await endpointOf({ rest: [scheduler] });
});
afterAll(() => endpoint.close());

const ask = async (path: string, method = 'GET') => {
  const answer = await fetch(`${endpoint.url}${path}`, { method, headers: { authorization } });
  const body = JSON.parse(await answer.text());
  return { status: answer.status, type: answer.headers.get('x-amzn-errortype'), body };
};

describe('EventBridge Scheduler', () => {
  test('GetSchedule gives what the template says, and what AWS says where it says nothing', async () => {
    expect(await ask('/schedules/etl')).toMatchObject({
      status: 200,
      body: {
        ...{ Name: 'etl', GroupName: 'default', Description: 'builds', State: 'DISABLED' },
        Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/etl',
        ...{ ScheduleExpression: 'rate(15 minutes)', ScheduleExpressionTimezone: 'UTC' },
        ...{ FlexibleTimeWindow: { Mode: 'OFF' }, StartDate: 1_796_083_200, CreationDate: bootMs / 1000 },
        Target: {
          Arn: machine,
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 3 },
        },
      },
    });
  });

  test('finds a schedule in its group only', async () => {
    expect(await ask('/schedules/sweep')).toMatchObject({
      status: 404,
      type: 'ResourceNotFoundException',
      body: { message: 'Schedule sweep does not exist.' },
    });
    expect((await ask('/schedules/sweep?groupName=nightly')).body.Arn).toBe(
      'arn:aws:scheduler:us-east-1:000000000000:schedule/nightly/sweep',
    );
  });

  test.each<[string, string[]]>([
    ['', ['etl', 'sweep']],
    ['?NamePrefix=sw', ['sweep']],
    ['?ScheduleGroup=default', ['etl']],
    ['?State=ENABLED', ['sweep']],
  ])('ListSchedules%s lists %j', async (query, names) => {
    const { body } = await ask(`/schedules${query}`);

    expect(body.Schedules.map(({ Name }: { Name: string }) => Name)).toEqual(names);
  });

  test('comes in pages', async () => {
    const first = (await ask('/schedules?MaxResults=1')).body;
    const second = (await ask(`/schedules?MaxResults=1&NextToken=${first.NextToken}`)).body;

    expect([first.Schedules[0].Name, second.Schedules[0].Name, second.NextToken]).toEqual([
      'etl',
      'sweep',
      undefined,
    ]);
  });

  test('has the default group and those of the template', async () => {
    const { body } = await ask('/schedule-groups');

    expect(body.ScheduleGroups).toMatchObject([
      { Name: 'default', State: 'ACTIVE' },
      { Name: 'nightly', Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/nightly' },
    ]);
    expect((await ask('/schedule-groups/nightly')).body.Name).toBe('nightly');
    expect((await ask('/schedule-groups/none')).type).toBe('ResourceNotFoundException');
  });

  test('says when a schedule changed last: another template, not another boot', async () => {
    now += 60_000;
    scheduler.deploy(resourcesOf());
    expect((await ask('/schedules/etl')).body.LastModificationDate).toBe(bootMs / 1000);
    scheduler.deploy(resourcesOf({ Description: 'other' }));

    const { CreationDate, LastModificationDate } = (await ask('/schedules/etl')).body;
    expect([CreationDate, LastModificationDate]).toEqual([bootMs / 1000, now / 1000]);
  });

  test('refuses by name what it does not do', async () => {
    expect(await ask('/schedules/mine', 'DELETE')).toMatchObject({
      status: 404,
      type: 'UnknownOperationException',
      body: { message: expect.stringContaining('scheduler DELETE /schedules/mine is not emulated') },
    });
  });
});
