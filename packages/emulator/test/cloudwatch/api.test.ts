import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../src/endpoint/types.ts';
import { endpointOf } from '../endpoint/fixture.ts';
import { alarm, cloudWatch, MINUTE, put, STARTED_MS } from './fixture.ts';

/** The real client, over HTTP. */

let stage: ReturnType<typeof cloudWatch>;
let endpoint: Endpoint;
let client: CloudWatchClient;

beforeEach(async () => {
  stage = cloudWatch();
  endpoint = await endpointOf({ json: [stage.service] });
  client = new CloudWatchClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
  await stage.service.close();
});

const at = (minutes: number): Date => new Date(STARTED_MS + minutes * MINUTE);
const range = { StartTime: at(0), EndTime: at(3) };
const dimensions = [{ Name: 'service', Value: 'till' }];

describe('alarms', () => {
  test('are described with their state, what they measure and since when', async () => {
    stage.service.deployAlarm(alarm());
    stage.service.deployAlarm(alarm({ Statistic: undefined, ExtendedStatistic: 'p99' }, 'slow'));
    put(stage.service, 1);
    stage.advance(MINUTE);
    await stage.service.evaluate();

    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'bro' }));
    expect(MetricAlarms).toMatchObject([
      {
        AlarmName: 'broken',
        StateValue: 'ALARM',
        StateTransitionedTimestamp: at(1),
        Namespace: 'Shop',
        MetricName: 'Broken',
        Dimensions: dimensions,
        Statistic: 'Sum',
        Period: 60,
        Threshold: 1,
        TreatMissingData: 'notBreaching',
        ActionsEnabled: true,
      },
    ]);
    const all = await client.send(new DescribeAlarmsCommand({ MaxRecords: 1 }));
    const next = await client.send(new DescribeAlarmsCommand({ NextToken: all.NextToken }));
    expect(next.MetricAlarms).toMatchObject([{ AlarmName: 'slow', ExtendedStatistic: 'p99' }]);
    const well = await client.send(new DescribeAlarmsCommand({ StateValue: 'OK' }));
    expect(well.MetricAlarms).toEqual([]);
  });

  test('can be set by hand, which is told to the topic and holds until the next evaluation', async () => {
    stage.service.deployAlarm(alarm());
    const asked = { AlarmName: 'broken', StateValue: 'ALARM', StateReason: 'a drill' } as const;
    await client.send(new SetAlarmStateCommand(asked));
    expect(stage.published).toMatchObject([
      { message: { NewStateValue: 'ALARM', NewStateReason: 'a drill' } },
    ]);

    stage.advance(MINUTE);
    await stage.service.evaluate();
    const { AlarmHistoryItems } = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'broken', HistoryItemType: 'StateUpdate' }),
    );
    expect(AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
    ]);
  });

  test('that are not there are ResourceNotFound', async () => {
    const asked = { AlarmName: 'none', StateValue: 'OK', StateReason: 'x' } as const;
    await expect(client.send(new SetAlarmStateCommand(asked))).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });
});

describe('metrics', () => {
  beforeEach(() => {
    for (const value of [1, 2, 3, 4]) put(stage.service, value);
    stage.advance(2 * MINUTE);
    put(stage.service, 10);
    put(stage.service, 100, { name: 'Sold' });
  });

  test('are aggregated by period, minutes without any left out', async () => {
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        ...range,
        Namespace: 'Shop',
        MetricName: 'Broken',
        Dimensions: dimensions,
        Period: 60,
        Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
        ExtendedStatistics: ['p50', 'p99'],
      }),
    );
    expect(Datapoints).toEqual([
      {
        Timestamp: at(0),
        ...{ Sum: 10, Average: 2.5, Minimum: 1, Maximum: 4, SampleCount: 4 },
        ExtendedStatistics: { p50: 2, p99: 4 },
      },
      {
        Timestamp: at(2),
        ...{ Sum: 10, Average: 10, Minimum: 10, Maximum: 10, SampleCount: 1 },
        ExtendedStatistics: { p50: 10, p99: 10 },
      },
    ]);
  });

  test('and expressions over them come newest first', async () => {
    const stat = (MetricName: string) => ({
      Metric: { Namespace: 'Shop', MetricName, Dimensions: dimensions },
      Period: 60,
      Stat: 'Sum',
    });
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        ...range,
        MetricDataQueries: [
          { Id: 'rate', Expression: '100 * broken / FILL(sold, 1)' },
          { Id: 'broken', MetricStat: stat('Broken'), ReturnData: false },
          { Id: 'sold', MetricStat: stat('Sold'), Label: 'sold things' },
        ],
      }),
    );
    expect(MetricDataResults).toEqual([
      { Id: 'rate', Label: 'rate', Timestamps: [at(2), at(0)], Values: [10, 1_000], StatusCode: 'Complete' },
      { Id: 'sold', Label: 'sold things', Timestamps: [at(2)], Values: [100], StatusCode: 'Complete' },
    ]);
  });

  test('of hours ago are there as they were, and take what comes late', async () => {
    stage.advance(3 * 60 * MINUTE);
    await stage.service.close();
    const late = { MetricName: 'Broken', Dimensions: dimensions, Timestamp: at(0), Value: 5 };
    await client.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [late] }));
    const asked = new GetMetricStatisticsCommand({
      ...range,
      Namespace: 'Shop',
      MetricName: 'Broken',
      Dimensions: dimensions,
      Period: 60,
      Statistics: ['Sum', 'SampleCount'],
      ExtendedStatistics: ['p99'],
    });
    const expected = [
      { Timestamp: at(0), Sum: 15, SampleCount: 5, ExtendedStatistics: { p99: 5 } },
      { Timestamp: at(2), Sum: 10, SampleCount: 1, ExtendedStatistics: { p99: 10 } },
    ];
    expect((await client.send(asked)).Datapoints).toEqual(expected);
    // Stored and let go once more, and read by a stage that begins now.
    await stage.service.close();
    expect((await client.send(asked)).Datapoints).toEqual(expected);
    const input = {
      ...{ Namespace: 'Shop', MetricName: 'Broken', Dimensions: dimensions, Period: 60 },
      ...{ StartTime: at(0).getTime() / 1_000, EndTime: at(3).getTime() / 1_000, Statistics: ['Sum'] },
    };
    const { service } = cloudWatch(stage.db);
    const { Datapoints } = await service.call('GetMetricStatistics', input, { accessKeyId: 'test' });
    expect(Datapoints).toMatchObject([{ Sum: 15 }, { Sum: 10 }]);
  });

  test('are listed by namespace, name and dimension', async () => {
    const { Metrics } = await client.send(
      new ListMetricsCommand({ Namespace: 'Shop', Dimensions: [{ Name: 'service' }] }),
    );
    expect(Metrics?.map(({ MetricName }) => MetricName).sort()).toEqual(['Broken', 'Sold']);
    const other = await client.send(
      new ListMetricsCommand({ Dimensions: [{ Name: 'service', Value: 'collector' }] }),
    );
    expect(other.Metrics).toEqual([]);
  });

  test('can be put, as values or as a statistic set, but not into a namespace of AWS', async () => {
    const datum = { MetricName: 'Put', Timestamp: at(1) };
    const StatisticValues = { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 };
    await client.send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: [
          { ...datum, Values: [1, 2], Counts: [3, 1] },
          { ...datum, StatisticValues },
        ],
      }),
    );
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        ...range,
        ...{
          Namespace: 'Shop',
          MetricName: 'Put',
          Period: 300,
          Statistics: ['Sum', 'SampleCount', 'Maximum'],
        },
      }),
    );
    expect(Datapoints).toEqual([{ Timestamp: at(0), Sum: 35, SampleCount: 6, Maximum: 20 }]);
    const foreign = new PutMetricDataCommand({ Namespace: 'AWS/States', MetricData: [datum] });
    await expect(client.send(foreign)).rejects.toThrow(/must not be one of AWS/);
  });
});
