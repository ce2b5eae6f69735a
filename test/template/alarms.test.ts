import '../helpers/someWindow.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { packaged } from '../helpers/packaged.ts';
import { packagedOnce } from '../helpers/packagedOnce.ts';

const metric = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(
    z.object({ Name: z.string(), Value: z.union([z.object({ Ref: z.string() }), z.string()]) }),
  ),
});

const alarm = z.object({
  AlarmName: z.string(),
  Metrics: z.array(z.object({ MetricStat: z.object({ Metric: metric }).optional() })).optional(),
  TreatMissingData: z.string(),
  ActionsEnabled: z.boolean().default(true),
});

const prod = packagedOnce('prod');
let alarms: (z.infer<typeof alarm> & { metrics: z.infer<typeof metric>[] })[];

beforeAll(async () => {
  alarms = prod.ofType('AWS::CloudWatch::Alarm').map(([, properties]) => {
    const parsed = alarm.parse(properties);
    const several = parsed.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
    return { ...parsed, metrics: several ?? [metric.parse(properties)] };
  });
});

// That each tells the topic, has its entry in the runbook and rings: test/alarms.
describe('every alarm', () => {
  test('watches something that is in the template', () => {
    const values = alarms.flatMap(({ metrics }) =>
      metrics.flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => Value)),
    );
    const refs = values.flatMap((value) => (typeof value === 'object' ? value.Ref : []));
    expect(refs.filter((id) => !(id in prod.resources))).toEqual([]);
    const services = values.flatMap((value) => (typeof value === 'string' ? value : []));
    const functions = prod
      .ofType('AWS::Lambda::Function')
      .map(([, { FunctionName }]) => String(FunctionName).replace('headrace-prod-', ''));
    expect(services.filter((name) => !functions.includes(name))).toEqual([]);
  });

  test('takes no data for no trouble, except those that look for what never came', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(breaching.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'headrace-prod-door-silent',
      'headrace-prod-etl-silent',
    ]);
  });

  test('together they watch every way in which events can be late, rejected or lost', () => {
    const watched = alarms.flatMap(({ metrics }) =>
      metrics.map((one) => `${one.Namespace} ${one.MetricName}`),
    );
    expect(watched.sort()).toEqual([
      'AWS/ApiGateway 5xx',
      'AWS/ApiGateway Latency',
      'AWS/Kinesis WriteProvisionedThroughputExceeded',
      'AWS/Lambda DroppedEventCount',
      'AWS/Lambda Errors',
      'AWS/Lambda Errors', // of land, of windows, and of the function that writes failures down
      'AWS/Lambda Errors',
      'AWS/Lambda Errors',
      'AWS/Lambda FailedInvokeEventCount',
      'AWS/Lambda IteratorAge', // of land, and of windows
      'AWS/Lambda IteratorAge',
      'AWS/Lambda OnFailureDestinationDeliveredEventCount',
      'AWS/Lambda OnFailureDestinationDeliveredEventCount',
      'AWS/States ExecutionThrottled', // of the etl, and of backfills
      'AWS/States ExecutionThrottled',
      'AWS/States ExecutionsAborted',
      'AWS/States ExecutionsAborted',
      'AWS/States ExecutionsFailed',
      'AWS/States ExecutionsFailed',
      'AWS/States ExecutionsSucceeded',
      'AWS/States ExecutionsTimedOut',
      'AWS/States ExecutionsTimedOut',
      'Headrace/prod BalancesBroken',
      'Headrace/prod ChecksFailed',
      'Headrace/prod CrawlsFailed',
      'Headrace/prod EventsAccepted',
      'Headrace/prod EventsThrottled',
      'Headrace/prod EventsUncounted',
      'Headrace/prod LinesQuarantined',
      'Headrace/prod OldestDirtySeconds',
      'Headrace/prod PartitionFailures',
      'Headrace/prod QueriesCutOff',
      'Headrace/prod QueriesFailed',
      'Headrace/prod RequestsUnauthorized',
      'Headrace/prod RowsLanded',
      'Headrace/prod Warnings',
    ]);
  });
});

describe('the clock of the etl', () => {
  test('runs in prod; locally and in dev runs are started by hand, and silence is not alarm', async () => {
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

  test('starts the machine for whatever is stale; days that are over wait in prod, and nowhere else is the clock on', () => {
    expect(prod.resources.EtlSchedule?.Properties).toMatchObject({
      Name: 'headrace-prod-etl',
      Target: { Arn: { Ref: 'EtlStateMachine' }, Input: '{"pastDaysEveryHours":6}' },
    });
  });
});

describe('every clock', () => {
  test('calls no function that Lambda would run again when it fails: the alarm rings, and the clock comes again', () => {
    const targets = JSON.stringify(prod.ofType('AWS::Scheduler::Schedule').map(([, { Target }]) => Target));
    const called = prod
      .ofType('AWS::Lambda::Function')
      .flatMap(([id]) => (targets.includes(`"${id}"`) ? id : []));
    const retries = prod
      .ofType('AWS::Lambda::EventInvokeConfig')
      .map(([, { FunctionName, MaximumRetryAttempts }]) => [FunctionName, MaximumRetryAttempts]);
    expect(called).toEqual(['ReconcileAllLambdaFunction']);
    expect(retries).toEqual(called.map((id) => [{ Ref: id }, 0]));
  });
});
