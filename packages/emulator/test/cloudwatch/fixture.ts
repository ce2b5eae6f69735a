import { alarmSpec } from '../../src/cloudwatch/alarmSpec.ts';
import { type CloudWatch, openCloudWatch } from '../../src/cloudwatch/service.ts';
import { IN_MEMORY, openStore } from '../../src/database.ts';
import { STARTED_MS, virtualTimer } from '../lambda/mappings/fixture.ts';

export { STARTED_MS };

export interface Published {
  topic: string;
  subject: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into CloudWatch's message
  message: any;
}

export const MINUTE = 60_000;

/** CloudWatch in memory at a clock that is moved by hand; what it publishes is kept. */
export const cloudWatch = (db = openStore(IN_MEMORY)) => {
  const clock = virtualTimer(false);
  const service: CloudWatch = openCloudWatch({ db, timer: clock.timer });
  const published: Published[] = [];
  service.watch(async (topic, subject, message) => {
    published.push({ topic, subject, message: JSON.parse(message) });
  });
  return { service, published, ...clock, db };
};

export const metric = { namespace: 'Shop', name: 'Broken', dimensions: { service: 'till' } };

export const put = (service: CloudWatch, value: number, more: Partial<typeof metric> = {}): void =>
  service.measure({ ...metric, ...more, value, unit: 'Count' });

/** An alarm of the template that rings when anything broke in a minute. */
export const alarm = (properties: object = {}, name = 'broken') =>
  alarmSpec({
    logicalId: 'BrokenAlarm',
    name,
    attributes: { Arn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}` },
    properties: {
      AlarmName: name,
      AlarmDescription: 'Something broke.',
      Namespace: 'Shop',
      MetricName: 'Broken',
      Dimensions: [{ Name: 'service', Value: 'till' }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
      OKActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
      ...properties,
    },
  });
