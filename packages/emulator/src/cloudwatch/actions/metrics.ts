import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { type Action, dimensionInput, dimensionList, parse, seconds, time } from '../core.ts';
import { valueIn } from '../evaluate.ts';
import { ExpressionError, parseExpression } from '../expression.ts';
import { isStatistic, type Summary, statistic } from '../statistics.ts';
import type { MetricId, MetricStore } from '../store.ts';

const period = z.number().int().multipleOf(60, 'periods below a minute are not emulated').min(60);
const statisticName = z.string().refine(isStatistic, 'is not an emulated statistic');

/** As many as one answer of CloudWatch may have. */
const MAX_DATAPOINTS = 100_800;

const statisticsInput = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: dimensionInput,
  StartTime: time,
  EndTime: time,
  Period: period,
  Statistics: z.array(statisticName).default([]),
  ExtendedStatistics: z.array(statisticName).default([]),
});

/** Starts of the periods in a range, oldest first; they are aligned to the period, as CloudWatch's are. */
const periodsOf = (startMs: number, endMs: number, periodSeconds: number): number[] => {
  const periodMs = periodSeconds * 1_000;
  const first = Math.floor(startMs / periodMs) * periodMs;
  const count = Math.ceil((endMs - first) / periodMs);
  if (count > MAX_DATAPOINTS)
    throw new AwsError('InvalidParameterValue', `More than ${MAX_DATAPOINTS} datapoints were asked for.`);
  return Array.from({ length: Math.max(0, count) }, (_, i) => first + i * periodMs);
};

const getMetricStatistics: Action = ({ store }, input) => {
  const asked = parse(statisticsInput, input);
  const { Namespace, MetricName, Dimensions, StartTime, EndTime, Period } = asked;
  const id: MetricId = { namespace: Namespace, name: MetricName, dimensions: Dimensions };
  const Datapoints = periodsOf(StartTime, EndTime, Period).flatMap((startMs): JsonObject[] => {
    const summary = store.window(id, startMs, startMs + Period * 1_000);
    if (summary === undefined) return [];
    const values = (names: readonly string[]): JsonObject =>
      jsonObject(Object.fromEntries(names.map((name) => [name, statistic(summary, name)])));
    const extended = values(asked.ExtendedStatistics);
    return [
      {
        Timestamp: seconds(startMs),
        ...values(asked.Statistics),
        ...(asked.ExtendedStatistics.length > 0 ? { ExtendedStatistics: extended } : {}),
      },
    ];
  });
  return { Label: MetricName, Datapoints };
};

const dataQuery = z.object({
  Id: z.string(),
  Label: z.string().optional(),
  Expression: z.string().optional(),
  Period: period.optional(),
  MetricStat: z
    .object({
      Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionInput }),
      Period: period,
      Stat: statisticName,
    })
    .optional(),
  ReturnData: z.boolean().default(true),
});

const dataInput = z.object({
  MetricDataQueries: z.array(dataQuery).min(1).max(500),
  StartTime: time,
  EndTime: time,
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
});

type DataInput = z.infer<typeof dataInput>;
type DataQuery = z.infer<typeof dataQuery>;

const getMetricData: Action = ({ store }, input) => {
  const asked = parse(dataInput, input);
  const returned = asked.MetricDataQueries.filter(({ ReturnData }) => ReturnData);
  return { MetricDataResults: returned.map((query) => resultOf(query, asked, store)), Messages: [] };
};

const resultOf = (query: DataQuery, asked: DataInput, store: MetricStore): JsonObject => {
  const { Id, Label, Expression, MetricStat } = query;
  const metrics = asked.MetricDataQueries.flatMap((each) => {
    if (!each.MetricStat) return [];
    const { Namespace: namespace, MetricName: name, Dimensions: dimensions } = each.MetricStat.Metric;
    return [{ id: each.Id, namespace, name, dimensions, statistic: each.MetricStat.Stat }];
  });
  const others = asked.MetricDataQueries.flatMap((each) => each.MetricStat?.Period ?? []);
  const periodSeconds = query.Period ?? MetricStat?.Period ?? Math.max(60, ...others);
  const expression =
    Expression === undefined ? undefined : { text: Expression, label: Id, ...read(Expression) };
  const own = expression ? metrics : metrics.filter(({ id }) => id === Id);
  const points = periodsOf(asked.StartTime, asked.EndTime, periodSeconds).flatMap((startMs) => {
    const value = valueIn({ metrics: own, expression }, store, startMs, startMs + periodSeconds * 1_000);
    return value === undefined ? [] : [{ startMs, value }];
  });
  if (asked.ScanBy === 'TimestampDescending') points.reverse();
  return {
    Id,
    Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
    Timestamps: points.map(({ startMs }) => seconds(startMs)),
    Values: points.map(({ value }) => value),
    StatusCode: 'Complete',
  };
};

const read = (text: string) => {
  try {
    return parseExpression(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new AwsError('ValidationError', `Emulator: ${text}: ${error.message}.`);
  }
};

const listInput = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
});

const listMetrics: Action = ({ store }, input) => {
  const { Namespace, MetricName, Dimensions } = parse(listInput, input);
  const found = store.list().filter(({ namespace, name, dimensions }) => {
    const named = (Namespace ?? namespace) === namespace && (MetricName ?? name) === name;
    return (
      named && Dimensions.every(({ Name, Value }) => dimensions[Name] === (Value ?? dimensions[Name] ?? null))
    );
  });
  const Metrics = found.map(({ namespace, name, dimensions }) => ({
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensionList(dimensions),
  }));
  return { Metrics };
};

const statisticSet = z.object({
  SampleCount: z.number(),
  Sum: z.number(),
  Minimum: z.number(),
  Maximum: z.number(),
});

const putInput = z.object({
  // AWS's own namespaces are its services': nobody else writes there.
  Namespace: z.string().regex(/^(?!AWS\/)[^:].*$/, 'must not be one of AWS'),
  MetricData: z.array(
    z.object({
      MetricName: z.string(),
      Dimensions: dimensionInput,
      Timestamp: time.optional(),
      Value: z.number().optional(),
      Values: z.array(z.number()).default([]),
      Counts: z.array(z.number()).default([]),
      StatisticValues: statisticSet.optional(),
    }),
  ),
});

const putMetricData: Action = ({ store, now }, input) => {
  const { Namespace, MetricData } = parse(putInput, input);
  for (const { MetricName, Dimensions, Timestamp = now(), ...given } of MetricData) {
    const id: MetricId = { namespace: Namespace, name: MetricName, dimensions: Dimensions };
    const values = [...given.Values, ...(given.Value === undefined ? [] : [given.Value])];
    for (const [i, value] of values.entries()) store.put(id, value, Timestamp, given.Counts[i] ?? 1);
    if (given.StatisticValues) store.put(id, setOf(given.StatisticValues), Timestamp);
  }
  return {};
};

const setOf = ({ SampleCount, Sum, Minimum, Maximum }: z.infer<typeof statisticSet>): Summary => ({
  count: SampleCount,
  sum: Sum,
  min: Minimum,
  max: Maximum,
  values: undefined,
});

export const metricActions: Readonly<Record<string, Action>> = {
  GetMetricStatistics: getMetricStatistics,
  GetMetricData: getMetricData,
  ListMetrics: listMetrics,
  PutMetricData: putMetricData,
};
