import { ACCOUNT_ID } from '../account.ts';
import type { JsonObject } from '../contracts.ts';
import type { AlarmSpec, MetricQuery } from './alarmSpec.ts';
import type { AlarmState } from './evaluate.ts';

/** As CloudWatch's messages say the region. */
const REGION_NAME = 'US East (N. Virginia)';

export interface StateChange {
  spec: AlarmSpec;
  from: AlarmState;
  to: AlarmState;
  reason: string;
  atMs: number;
  /** when the alarm was last configured */
  configuredMs: number;
}

export const subjectOf = ({ spec, to }: StateChange): string => `${to}: "${spec.name}" in ${REGION_NAME}`;

/** The JSON text that CloudWatch publishes to a topic when an alarm changes its state. */
export const messageOf = ({ spec, from, to, reason, atMs, configuredMs }: StateChange): string =>
  JSON.stringify({
    AlarmName: spec.name,
    AlarmDescription: spec.description ?? null,
    AWSAccountId: ACCOUNT_ID,
    AlarmConfigurationUpdatedTimestamp: timestamp(configuredMs),
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: timestamp(atMs),
    Region: REGION_NAME,
    AlarmArn: spec.arn,
    OldStateValue: from,
    OKActions: [...spec.actions.OK],
    AlarmActions: [...spec.actions.ALARM],
    InsufficientDataActions: [...spec.actions.INSUFFICIENT_DATA],
    Trigger: trigger(spec),
  });

const trigger = (spec: AlarmSpec): JsonObject => ({
  ...(spec.expression ? { Metrics: metricsOf(spec) } : metricOf(spec)),
  Period: spec.periodSeconds,
  EvaluationPeriods: spec.evaluationPeriods,
  DatapointsToAlarm: spec.datapointsToAlarm,
  ComparisonOperator: spec.comparison,
  Threshold: spec.threshold,
  TreatMissingData: spec.missing,
  EvaluateLowSampleCountPercentile: '',
});

const metricOf = ({ metrics: [metric] }: AlarmSpec): JsonObject => {
  if (metric === undefined) return {};
  const isPercentile = metric.statistic.startsWith('p');
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    StatisticType: isPercentile ? 'ExtendedStatistic' : 'Statistic',
    // Single metrics are named in capitals here, percentiles as they are.
    ...(isPercentile
      ? { ExtendedStatistic: metric.statistic }
      : { Statistic: STATISTICS[metric.statistic] ?? metric.statistic }),
    Unit: null,
    Dimensions: dimensionsOf(metric),
  };
};

const STATISTICS: Readonly<Record<string, string>> = {
  Sum: 'SUM',
  Average: 'AVERAGE',
  Minimum: 'MINIMUM',
  Maximum: 'MAXIMUM',
  SampleCount: 'SAMPLE_COUNT',
};

const metricsOf = ({ metrics, expression, periodSeconds }: AlarmSpec): JsonObject[] => [
  { Id: 'e1', Expression: expression?.text ?? '', Label: expression?.label ?? '', ReturnData: true },
  ...metrics.map((metric) => ({
    Id: metric.id,
    MetricStat: {
      Metric: { Dimensions: dimensionsOf(metric), MetricName: metric.name, Namespace: metric.namespace },
      Period: periodSeconds,
      Stat: metric.statistic,
    },
    ReturnData: false,
  })),
];

const dimensionsOf = ({ dimensions }: MetricQuery): JsonObject[] =>
  Object.entries(dimensions).map(([name, value]) => ({ value, name }));

/** `2026-11-22T20:31:00.000+0000` */
const timestamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');
