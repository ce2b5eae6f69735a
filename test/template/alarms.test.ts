import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Packaged, packaged } from '../helpers/packaged.ts';

const alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(
    z.object({ Name: z.string(), Value: z.union([z.object({ Ref: z.string() }), z.string()]) }),
  ),
  TreatMissingData: z.string(),
  ActionsEnabled: z.boolean().default(true),
  AlarmActions: z.array(z.unknown()),
});

let prod: Packaged;
let alarms: z.infer<typeof alarm>[];

beforeAll(async () => {
  prod = await packaged('prod');
  alarms = prod.ofType('AWS::CloudWatch::Alarm').map(([, properties]) => alarm.parse(properties));
});

describe('every alarm', () => {
  test('tells the topic', () => {
    for (const { AlarmActions, ActionsEnabled } of alarms) {
      expect([AlarmActions, ActionsEnabled]).toEqual([[{ Ref: 'AlarmTopic' }], true]);
    }
  });

  test('says in whole sentences what it means and what to do, within what CloudWatch shows', () => {
    const odd = alarms.filter(
      ({ AlarmDescription }) =>
        !/^[A-Z].*\. .*\.$/.test(AlarmDescription) ||
        AlarmDescription.length > 1024 ||
        /\$\{/.test(AlarmDescription),
    );
    expect(odd.map(({ AlarmName }) => AlarmName)).toEqual([]);
  });

  test('watches something that is in the template', () => {
    const values = alarms.flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => Value));
    const ids = values.flatMap((value) => (typeof value === 'string' ? [] : value.Ref));
    expect(ids.filter((id) => !(id in prod.resources))).toEqual([]);
  });

  test('on a metric of ours watches a function that writes under that namespace and that name of a service', () => {
    const variables = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });
    const writers = prod.ofType('AWS::Lambda::Function').map(([, properties]) => {
      const { Variables } = variables.parse(properties).Environment;
      return [Variables.POWERTOOLS_METRICS_NAMESPACE, Variables.POWERTOOLS_SERVICE_NAME];
    });
    const ours = alarms.filter(({ Namespace }) => !Namespace.startsWith('AWS/'));
    expect(ours).not.toEqual([]);
    for (const { Namespace, Dimensions } of ours) {
      expect(Dimensions).toEqual([{ Name: 'service', Value: expect.any(String) }]);
      expect(writers).toContainEqual([Namespace, Dimensions[0]?.Value]);
    }
  });

  test('takes no data for no trouble, except the one that looks for runs that never came', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(breaching.map(({ AlarmName }) => AlarmName)).toEqual(['headrace-prod-etl-silent']);
  });

  test('together they watch every way in which events can be late, refused, lost or doubled', () => {
    expect(alarms.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`).sort()).toEqual([
      'AWS/ApiGateway 5xx',
      'AWS/Lambda DroppedEventCount',
      'AWS/Lambda Errors',
      'AWS/Lambda FailedInvokeEventCount',
      'AWS/Lambda IteratorAge',
      'AWS/Lambda OnFailureDestinationDeliveredEventCount',
      'AWS/States ExecutionThrottled',
      'AWS/States ExecutionsAborted',
      'AWS/States ExecutionsFailed', // of the etl, and of backfills
      'AWS/States ExecutionsFailed',
      'AWS/States ExecutionsSucceeded',
      'AWS/States ExecutionsTimedOut', // as before
      'AWS/States ExecutionsTimedOut',
      'Headrace/prod Warnings',
    ]);
  });
});

describe('the clock of the etl', () => {
  test('runs in prod; locally and in dev runs are started by hand, and silence is no alarm', async () => {
    const states = await Promise.all(
      ['prod', 'dev', 'local'].map(async (stage) => {
        const { resources } = await packaged(stage);
        return [resources.EtlSchedule?.Properties.State, resources.EtlSilentAlarm?.Properties.ActionsEnabled];
      }),
    );
    expect(states).toEqual([
      ['ENABLED', true],
      ['DISABLED', false],
      ['DISABLED', false],
    ]);
  });

  test('starts the machine with {}: whatever is dirty', () => {
    expect(prod.resources.EtlSchedule?.Properties).toMatchObject({
      Name: 'headrace-prod-etl',
      Target: { Arn: { Ref: 'EtlStateMachine' }, Input: '{}' },
    });
  });
});
