import { type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { StageAccess } from './access.ts';

/** A metric of the stage, value by value a minute. */
export interface MinuteMetric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  stat: 'Sum' | 'Maximum';
}

/** Minutes without a value are not in it. */
interface MinuteSeries {
  /** starts of minutes, epoch seconds, ascending */
  at: number[];
  values: number[];
}

const MINUTE = 60;

const queryOf = ({ namespace, name, dimensions, stat }: MinuteMetric, id: number): MetricDataQuery => ({
  Id: `m${id}`,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: MINUTE,
    Stat: stat,
  },
});

/** In the order of `metrics`. CloudWatch bills a hundred thousandth of a dollar for each. */
export const minuteMetrics = async (
  { cloudwatch }: StageAccess,
  metrics: readonly MinuteMetric[],
  { from, to }: { from: Date; to: Date },
): Promise<MinuteSeries[]> => {
  const found = metrics.map((): MinuteSeries => ({ at: [], values: [] }));
  const pages = paginateGetMetricData(
    { client: cloudwatch },
    {
      MetricDataQueries: metrics.map(queryOf),
      StartTime: from,
      EndTime: to,
      ScanBy: 'TimestampAscending',
    },
  );
  for await (const { MetricDataResults = [] } of pages)
    for (const { Id, Timestamps = [], Values = [] } of MetricDataResults) {
      const series = found[Number(Id?.slice(1))];
      series?.at.push(...Timestamps.map((at) => at.getTime() / 1000));
      series?.values.push(...Values);
    }
  return found;
};
