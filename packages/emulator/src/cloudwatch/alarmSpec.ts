import { z } from 'zod';
import { type Expression, parseExpression } from './expression.ts';
import { isStatistic } from './statistics.ts';
import type { MetricId } from './store.ts';

export interface AlarmSpec {
  name: string;
  arn: string;
  description: string | undefined;
  actionsEnabled: boolean;
  actions: { OK: readonly string[]; ALARM: readonly string[]; INSUFFICIENT_DATA: readonly string[] };
  /** what is measured; `expression` says how it becomes one value, by their ids */
  metrics: readonly MetricQuery[];
  expression: { text: string; label: string; evaluate: Expression } | undefined;
  periodSeconds: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  threshold: number;
  comparison: keyof typeof comparisons;
  missing: 'missing' | 'notBreaching' | 'breaching' | 'ignore';
}

export interface MetricQuery extends MetricId {
  id: string;
  statistic: string;
}

/** Operators of alarms, with the words that CloudWatch's reasons say them in. */
export const comparisons = {
  GreaterThanOrEqualToThreshold: {
    holds: (a: number, b: number) => a >= b,
    words: 'greater than or equal to',
  },
  GreaterThanThreshold: { holds: (a: number, b: number) => a > b, words: 'greater than' },
  LessThanThreshold: { holds: (a: number, b: number) => a < b, words: 'less than' },
  LessThanOrEqualToThreshold: { holds: (a: number, b: number) => a <= b, words: 'less than or equal to' },
} as const;

const comparisonNames = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;

const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.coerce.string() }))
  .default([])
  .transform((given) => Object.fromEntries(given.map(({ Name, Value }) => [Name, Value])));
const period = z.coerce.number().int().multipleOf(60, 'periods below a minute are not emulated');
const statistic = z.string().refine(isStatistic, 'is not an emulated statistic');
const flag = z.union([z.boolean(), z.stringbool()]);
const arns = z.array(z.string()).default([]);

const query = z.object({
  Id: z.string(),
  Label: z.string().optional(),
  Expression: z.string().optional(),
  MetricStat: z
    .object({
      Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions }),
      Period: period,
      Stat: statistic,
    })
    .optional(),
  ReturnData: flag.default(true),
});

const properties = z.object({
  AlarmDescription: z.string().optional(),
  ActionsEnabled: flag.default(true),
  AlarmActions: arns,
  OKActions: arns,
  InsufficientDataActions: arns,
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: dimensions,
  Statistic: statistic.optional(),
  ExtendedStatistic: statistic.optional(),
  Period: period.optional(),
  Metrics: z.array(query).optional(),
  EvaluationPeriods: z.coerce.number().int().min(1),
  DatapointsToAlarm: z.coerce.number().int().min(1).optional(),
  Threshold: z.coerce.number(),
  ComparisonOperator: z.enum(comparisonNames, 'anomaly detection is not emulated'),
  TreatMissingData: z.enum(['missing', 'notBreaching', 'breaching', 'ignore']).default('missing'),
});

type Properties = z.infer<typeof properties>;

interface AlarmResource {
  logicalId: string;
  name: string;
  attributes: Readonly<Record<string, string>>;
  properties: unknown;
}

/** An alarm of the template. Throws an Error naming it and what the emulator cannot honour. */
export const alarmSpec = (resource: AlarmResource): AlarmSpec => {
  const fault = (message: string): Error =>
    new Error(`${resource.logicalId} (AWS::CloudWatch::Alarm): ${message}`);
  const parsed = properties.safeParse(resource.properties);
  if (!parsed.success) throw fault(z.prettifyError(parsed.error));
  const { data } = parsed;
  const measured = attempt(() => measuredBy(data), fault);
  if (data.DatapointsToAlarm !== undefined && data.DatapointsToAlarm > data.EvaluationPeriods)
    throw fault('DatapointsToAlarm exceeds EvaluationPeriods');
  return {
    name: resource.name,
    arn: resource.attributes.Arn ?? resource.name,
    description: data.AlarmDescription,
    actionsEnabled: data.ActionsEnabled,
    actions: {
      OK: data.OKActions,
      ALARM: data.AlarmActions,
      INSUFFICIENT_DATA: data.InsufficientDataActions,
    },
    ...measured,
    evaluationPeriods: data.EvaluationPeriods,
    datapointsToAlarm: data.DatapointsToAlarm ?? data.EvaluationPeriods,
    threshold: data.Threshold,
    comparison: data.ComparisonOperator,
    missing: data.TreatMissingData,
  };
};

const attempt = <T>(work: () => T, fault: (message: string) => Error): T => {
  try {
    return work();
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error));
  }
};

type Measured = Pick<AlarmSpec, 'metrics' | 'expression' | 'periodSeconds'>;

const measuredBy = (data: Properties): Measured =>
  data.Metrics === undefined ? ofOneMetric(data) : ofMetrics(data.Metrics);

const ofOneMetric = (data: Properties): Measured => {
  const { Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Period } = data;
  const stat = Statistic ?? ExtendedStatistic;
  if (Namespace === undefined || MetricName === undefined || stat === undefined || Period === undefined)
    throw new Error('needs Namespace, MetricName, a statistic and Period, or Metrics');
  const metric = {
    id: 'm1',
    namespace: Namespace,
    name: MetricName,
    dimensions: Dimensions,
    statistic: stat,
  };
  return { metrics: [metric], expression: undefined, periodSeconds: Period };
};

const ofMetrics = (queries: readonly z.infer<typeof query>[]): Measured => {
  const returned = queries.filter(({ ReturnData }) => ReturnData);
  if (returned.length !== 1) throw new Error('exactly one of Metrics has to have ReturnData');
  const metrics = queries.flatMap(({ Id, MetricStat }): MetricQuery[] => {
    if (!MetricStat) return [];
    const { Namespace: namespace, MetricName: name, Dimensions } = MetricStat.Metric;
    return [{ id: Id, namespace, name, dimensions: Dimensions, statistic: MetricStat.Stat }];
  });
  const periods = new Set(queries.flatMap(({ MetricStat }) => MetricStat?.Period ?? []));
  const [periodSeconds] = periods;
  if (periods.size !== 1 || periodSeconds === undefined)
    throw new Error('all Metrics have to have the same Period');
  const { Id, Expression: text, Label } = returned[0] ?? queries[0] ?? { Id: '', Expression: undefined };
  if (text === undefined) {
    const own = metrics.filter(({ id }) => id === Id);
    return { metrics: own, expression: undefined, periodSeconds };
  }
  const { evaluate, ids } = parseExpression(text);
  const unknown = ids.filter((id) => !metrics.some((metric) => metric.id === id));
  if (unknown.length > 0) throw new Error(`${text}: there is no metric ${unknown.join(', ')}`);
  return { metrics, expression: { text, label: Label ?? Id, evaluate }, periodSeconds };
};
