import { z } from 'zod';
import type { JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import type { AlarmSpec, MetricQuery } from '../alarmSpec.ts';
import type { Alarm } from '../alarms.ts';
import { type Action, type Core, dimensionList, parse, seconds, time } from '../core.ts';
import { alarmStates } from '../evaluate.ts';

const describeInput = z.object({
  AlarmNames: z.array(z.string()).optional(),
  AlarmNamePrefix: z.string().default(''),
  AlarmTypes: z.array(z.string()).default(['MetricAlarm']),
  StateValue: z.enum(alarmStates).optional(),
  ActionPrefix: z.string().default(''),
  MaxRecords: z.number().int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
});

const describeAlarms: Action = ({ alarms }, input) => {
  const asked = parse(describeInput, input);
  const {
    AlarmNames,
    AlarmNamePrefix,
    AlarmTypes,
    StateValue,
    ActionPrefix,
    MaxRecords,
    NextToken = '',
  } = asked;
  const wanted = alarms.list().filter(({ spec, state }) => {
    const actions = Object.values(spec.actions).flat();
    return (
      AlarmTypes.includes('MetricAlarm') &&
      (AlarmNames === undefined || AlarmNames.includes(spec.name)) &&
      spec.name.startsWith(AlarmNamePrefix) &&
      (StateValue === undefined || state === StateValue) &&
      (ActionPrefix === '' || actions.some((arn) => arn.startsWith(ActionPrefix))) &&
      spec.name > NextToken
    );
  });
  const page = wanted.slice(0, MaxRecords);
  return jsonObject({
    MetricAlarms: page.map(described),
    CompositeAlarms: [],
    NextToken: wanted.length > page.length ? page.at(-1)?.spec.name : undefined,
  });
};

const described = ({ spec, state, reason, changedMs, configuredMs }: Alarm): JsonObject =>
  jsonObject({
    AlarmName: spec.name,
    AlarmArn: spec.arn,
    AlarmDescription: spec.description,
    AlarmConfigurationUpdatedTimestamp: seconds(configuredMs),
    ActionsEnabled: spec.actionsEnabled,
    OKActions: [...spec.actions.OK],
    AlarmActions: [...spec.actions.ALARM],
    InsufficientDataActions: [...spec.actions.INSUFFICIENT_DATA],
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: seconds(changedMs),
    StateTransitionedTimestamp: seconds(changedMs),
    EvaluationPeriods: spec.evaluationPeriods,
    DatapointsToAlarm: spec.datapointsToAlarm,
    Threshold: spec.threshold,
    ComparisonOperator: spec.comparison,
    TreatMissingData: spec.missing,
    ...measuredBy(spec),
  });

const measuredBy = ({ metrics, expression, periodSeconds }: AlarmSpec): JsonObject => {
  const [metric] = metrics;
  if (expression || metric === undefined)
    return {
      Metrics: [
        { Id: 'e1', Expression: expression?.text ?? '', Label: expression?.label ?? '', ReturnData: true },
        ...metrics.map((each) => query(each, periodSeconds)),
      ],
    };
  const { namespace, name, dimensions, statistic } = metric;
  const isPercentile = statistic.startsWith('p');
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensionList(dimensions),
    Period: periodSeconds,
    [isPercentile ? 'ExtendedStatistic' : 'Statistic']: statistic,
  };
};

const query = ({ id, namespace, name, dimensions, statistic }: MetricQuery, period: number): JsonObject => ({
  Id: id,
  MetricStat: {
    Metric: { Namespace: namespace, MetricName: name, Dimensions: dimensionList(dimensions) },
    Period: period,
    Stat: statistic,
  },
  ReturnData: false,
});

const stateInput = z.object({
  AlarmName: z.string(),
  StateValue: z.enum(alarmStates),
  StateReason: z.string().max(1_023),
});

const setAlarmState: Action = async ({ alarms, publish }, input) => {
  const { AlarmName, StateValue, StateReason } = parse(stateInput, input);
  await alarms.set(AlarmName, StateValue, StateReason, publish);
  return {};
};

const historyInput = z.object({
  AlarmName: z.string().optional(),
  HistoryItemType: z.string().optional(),
  StartDate: time.optional(),
  EndDate: time.optional(),
  MaxRecords: z.number().int().min(1).max(100).default(50),
});

const describeAlarmHistory: Action = ({ alarms }: Core, input) => {
  const { AlarmName, HistoryItemType, StartDate, EndDate, MaxRecords } = parse(historyInput, input);
  const items = alarms
    .history(AlarmName, 2_000)
    .filter(({ type, atMs }) => {
      const ofType = HistoryItemType === undefined || type === HistoryItemType;
      return ofType && atMs >= (StartDate ?? 0) && atMs <= (EndDate ?? Number.POSITIVE_INFINITY);
    })
    .slice(0, MaxRecords);
  return {
    AlarmHistoryItems: items.map(({ alarm, atMs, type, summary }) => ({
      AlarmName: alarm,
      AlarmType: 'MetricAlarm',
      Timestamp: seconds(atMs),
      HistoryItemType: type,
      HistorySummary: summary,
    })),
  };
};

/** Alarms: what they are, what became of them. */
export const alarmActions: Readonly<Record<string, Action>> = {
  DescribeAlarms: describeAlarms,
  SetAlarmState: setAlarmState,
  DescribeAlarmHistory: describeAlarmHistory,
};
