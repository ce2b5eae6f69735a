import { describe, expect, test } from '@jest/globals';
import { verdictOf } from '../../src/cloudwatch/evaluate.ts';
import { alarm, cloudWatch, MINUTE, put, STARTED_MS } from './fixture.ts';

const end = (minutes: number): number => STARTED_MS + minutes * MINUTE;

describe('an alarm', () => {
  test('goes to ALARM at the end of the minute that breached, and tells its topic what CloudWatch would', async () => {
    const { service, published, advance } = cloudWatch();
    service.deployAlarm(alarm());
    put(service, 2);
    advance(MINUTE);
    await service.evaluate();

    expect(service.alarms()).toMatchObject([{ state: 'ALARM', changedMs: end(1) }]);
    expect(published).toEqual([
      {
        topic: 'arn:aws:sns:us-east-1:000000000000:alarms',
        subject: 'ALARM: "broken" in US East (N. Virginia)',
        message: {
          AlarmName: 'broken',
          AlarmDescription: 'Something broke.',
          AWSAccountId: '000000000000',
          AlarmConfigurationUpdatedTimestamp: '2026-11-01T05:00:00.000+0000',
          NewStateValue: 'ALARM',
          NewStateReason:
            'Threshold Crossed: 1 out of the last 1 datapoints [2.0 (01/11/26 05:00:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for INSUFFICIENT_DATA -> ALARM transition).',
          StateChangeTime: '2026-11-01T05:01:00.000+0000',
          Region: 'US East (N. Virginia)',
          AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:broken',
          OldStateValue: 'INSUFFICIENT_DATA',
          OKActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
          AlarmActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
          InsufficientDataActions: [],
          Trigger: {
            MetricName: 'Broken',
            Namespace: 'Shop',
            StatisticType: 'Statistic',
            Statistic: 'SUM',
            Unit: null,
            Dimensions: [{ value: 'till', name: 'service' }],
            Period: 60,
            EvaluationPeriods: 1,
            DatapointsToAlarm: 1,
            ComparisonOperator: 'GreaterThanOrEqualToThreshold',
            Threshold: 1,
            TreatMissingData: 'notBreaching',
            EvaluateLowSampleCountPercentile: '',
          },
        },
      },
    ]);
  });

  test('does not see the minute that has not ended yet', async () => {
    const { service, advance } = cloudWatch();
    service.deployAlarm(alarm());
    put(service, 2);
    advance(MINUTE - 1);
    await service.evaluate();
    expect(service.alarms()).toMatchObject([{ state: 'OK' }]);
  });

  test('says once that it rings, and once that it is over when the breach has left the evaluation range', async () => {
    const { service, published, advance } = cloudWatch();
    service.deployAlarm(alarm());
    put(service, 1);
    for (let minute = 1; minute <= 5; minute += 1) {
      advance(MINUTE);
      await service.evaluate();
    }
    expect(published.map(({ subject, message }) => [subject.split(':')[0], message.StateChangeTime])).toEqual(
      [
        ['ALARM', '2026-11-01T05:01:00.000+0000'],
        ['OK', '2026-11-01T05:04:00.000+0000'],
      ],
    );
  });

  test('of five minutes rings in the first of them that makes the sum, whatever the clock says', async () => {
    const { service, advance } = cloudWatch();
    service.deployAlarm(alarm({ Period: 300, Threshold: 3 }));
    const states: string[] = [];
    for (let minute = 1; minute <= 4; minute += 1) {
      put(service, 1);
      advance(MINUTE);
      await service.evaluate();
      states.push(service.alarms()[0]?.state ?? '');
    }
    expect(states).toEqual(['OK', 'OK', 'ALARM', 'ALARM']);
  });

  test('whose actions are off changes its state and tells nobody', async () => {
    const { service, published, advance } = cloudWatch();
    service.deployAlarm(alarm({ ActionsEnabled: false }));
    put(service, 1);
    advance(MINUTE);
    await service.evaluate();
    expect(service.alarms()).toMatchObject([{ state: 'ALARM' }]);
    expect(published).toEqual([]);
  });

  test('that cannot reach its topic keeps its state, and the history says so', async () => {
    const { service, advance } = cloudWatch();
    service.watch(async () => {
      throw new Error('no such topic');
    });
    service.deployAlarm(alarm());
    put(service, 1);
    advance(MINUTE);
    await service.evaluate();
    expect(service.alarms()).toMatchObject([{ state: 'ALARM' }]);
    const { AlarmHistoryItems } = await service.call('DescribeAlarmHistory', {}, { accessKeyId: 'test' });
    expect(AlarmHistoryItems).toMatchObject([
      { HistoryItemType: 'Action', HistorySummary: expect.stringMatching(/^Failed .*no such topic/) },
      { HistoryItemType: 'StateUpdate' },
      { HistoryItemType: 'ConfigurationUpdate' },
    ]);
  });

  test('watches by itself: at the end of every minute', async () => {
    const { service, published, advance } = cloudWatch();
    service.deployAlarm(alarm());
    put(service, 1);
    advance(MINUTE);
    while (published.length === 0) await new Promise((done) => setImmediate(done));
    expect(published).toMatchObject([{ message: { NewStateValue: 'ALARM' } }]);
    await service.close();
  });

  test('and the metrics are the same after a restart, which is no news', async () => {
    const before = cloudWatch();
    before.service.deployAlarm(alarm());
    put(before.service, 1);
    before.advance(MINUTE);
    await before.service.evaluate();
    await before.service.close();

    const after = cloudWatch(before.db);
    after.service.deployAlarm(alarm());
    after.advance(MINUTE);
    await after.service.evaluate();
    expect(after.service.alarms()).toMatchObject([{ state: 'ALARM', changedMs: end(1) }]);
    expect(after.published).toEqual([]);
  });

  test.each([
    [{ Period: 10 }, /periods below a minute are not emulated\n.*at Period/],
    [{ Statistic: 'TM(10%:90%)' }, /is not an emulated statistic\n.*at Statistic/],
    [{ ComparisonOperator: 'LessThanLowerThreshold' }, /anomaly detection is not emulated/],
    [{ DatapointsToAlarm: 2 }, /DatapointsToAlarm exceeds EvaluationPeriods/],
    [{ Metrics: [{ Id: 'e1', Expression: 'SEARCH(1)' }] }, /same Period|not emulated/],
  ])('that asks for %j is refused by its name', (properties, message) => {
    expect(() => alarm(properties)).toThrow(message);
    expect(() => alarm(properties)).toThrow(/^BrokenAlarm \(AWS::CloudWatch::Alarm\)/);
  });
});

/** The tables of CloudWatch's page on missing data: X breaches, 0 does not, - is missing; the newest is the last. */
const documented: [points: string, datapoints: number, treated: Record<string, string>][] = [
  ['0-X-X', 3, { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
  ['----0', 3, { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
  ['-----', 3, { missing: 'INSUFFICIENT_DATA', ignore: 'same', breaching: 'ALARM', notBreaching: 'OK' }],
  ['0XX-X', 3, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
  ['--X--', 3, { missing: 'ALARM', ignore: 'same', breaching: 'ALARM', notBreaching: 'OK' }],
  ['0-X-X', 2, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
  ['00X0X', 2, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
  ['0-X--', 2, { missing: 'OK', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
  ['----0', 2, { missing: 'OK', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
  ['---X-', 2, { missing: 'ALARM', ignore: 'same', breaching: 'ALARM', notBreaching: 'OK' }],
  // Not in the tables but in the text below them: too young to be sure.
  ['----X', 3, { missing: 'same', ignore: 'same', breaching: 'ALARM', notBreaching: 'OK' }],
];

const cases = documented.flatMap(([points, datapoints, treated]) =>
  Object.entries(treated).map(([missing, expected]) => ({ points, datapoints, missing, expected })),
);

test.each(cases)(
  'of the points $points with $datapoints of 3 to alarm, taking missing ones as $missing, follows $expected',
  ({ points, datapoints, missing, expected }) => {
    const spec = alarm({ EvaluationPeriods: 3, DatapointsToAlarm: datapoints, TreatMissingData: missing });
    const values = [...points].map((point, i) => ({
      startMs: i * MINUTE,
      value: point === 'X' ? 1 : point === '0' ? 0 : undefined,
    }));
    const verdict = verdictOf(spec, values.reverse(), 'OK');
    expect(verdict?.state ?? 'same').toBe(expected);
  },
);
