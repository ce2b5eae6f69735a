import { type AlarmSpec, comparisons } from './alarmSpec.ts';
import { statistic } from './statistics.ts';
import { type MetricStore, MINUTE_MS } from './store.ts';

export const alarmStates = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof alarmStates)[number];

/** A period's value, or that there is none. */
interface Datapoint {
  startMs: number;
  value: number | undefined;
}

/**
 * Periods that are looked at beyond EvaluationPeriods, so that late data or a gap does not decide. AWS does not say
 * how many; its documentation's example has two.
 */
const MORE_PERIODS = 2;

/** Values of the alarm's periods up to `atMs`, newest first: periods slide, a minute at a time. */
export const datapointsOf = (spec: AlarmSpec, store: MetricStore, atMs: number): Datapoint[] => {
  const end = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  const periodMs = spec.periodSeconds * 1_000;
  return Array.from({ length: spec.evaluationPeriods + MORE_PERIODS }, (_, i) => {
    const startMs = end - (i + 1) * periodMs;
    return { startMs, value: valueIn(spec, store, startMs, startMs + periodMs) };
  });
};

export const valueIn = (
  { metrics, expression }: Pick<AlarmSpec, 'metrics' | 'expression'>,
  store: MetricStore,
  fromMs: number,
  toMs: number,
): number | undefined => {
  const measured = (id: string): number | undefined => {
    const metric = metrics.find((each) => each.id === id);
    const summary = metric && store.window(metric, fromMs, toMs);
    return summary && statistic(summary, metric.statistic);
  };
  return expression ? expression.evaluate(measured) : measured(metrics[0]?.id ?? '');
};

export interface Verdict {
  state: AlarmState;
  reason: string;
  /** the values that decided, newest first */
  datapoints: readonly Datapoint[];
}

/**
 * The state that follows from the datapoints (newest first), by CloudWatch's rules: the newest EvaluationPeriods
 * values that are there decide; only when there are fewer do missing ones count, as TreatMissingData says.
 */
export const verdictOf = (
  spec: AlarmSpec,
  datapoints: readonly Datapoint[],
  before: AlarmState,
): Verdict | undefined => {
  const { evaluationPeriods, datapointsToAlarm, threshold, comparison, missing } = spec;
  const breaches = ({ value }: Datapoint): boolean =>
    value !== undefined && comparisons[comparison].holds(value, threshold);
  const real = datapoints.filter(({ value }) => value !== undefined).slice(0, evaluationPeriods);
  const lacking = evaluationPeriods - real.length;
  const breaching = real.filter(breaches).length;
  const verdict = (state: AlarmState, reason = reasonOf(spec, real, state, breaching, before)): Verdict => ({
    state,
    reason,
    datapoints: real,
  });
  if (lacking === 0) return verdict(breaching >= datapointsToAlarm ? 'ALARM' : 'OK');
  const filled = breaching + (missing === 'breaching' ? lacking : 0);
  if (missing === 'breaching' || missing === 'notBreaching') {
    const state = filled >= datapointsToAlarm ? 'ALARM' : 'OK';
    return verdict(state, real.length === 0 ? reasonWithout(spec, state) : undefined);
  }
  if (real.length === 0) {
    if (missing === 'ignore') return undefined;
    return verdict('INSUFFICIENT_DATA', `Insufficient Data: ${evaluationPeriods} datapoints were unknown.`);
  }
  if (breaching >= datapointsToAlarm) return verdict('ALARM');
  if (breaching < real.length) return verdict('OK');
  // All that is there breaches, and it is too little to be sure: enough only once it is old enough.
  const oldest = datapoints.findLastIndex(({ value }) => value !== undefined) + 1;
  if (missing === 'ignore' || oldest < datapointsToAlarm) return undefined;
  return verdict('ALARM');
};

const reasonWithout = ({ evaluationPeriods, missing }: AlarmSpec, state: AlarmState): string => {
  const n = evaluationPeriods;
  const treated = missing === 'breaching' ? 'Breaching' : 'NonBreaching';
  const periods = n === 1 ? '1 period' : `${n} periods`;
  const points = n === 1 ? '1 missing datapoint was' : `${n} missing datapoints were`;
  const crossed = state === 'ALARM' ? 'Threshold Crossed' : 'Within Threshold';
  return `${crossed}: no datapoints were received for ${periods} and ${points} treated as [${treated}].`;
};

const reasonOf = (
  { threshold, comparison, evaluationPeriods, datapointsToAlarm }: AlarmSpec,
  real: readonly Datapoint[],
  state: AlarmState,
  breaching: number,
  before: AlarmState,
): string => {
  const shown = real.map(({ value, startMs }) => `${decimal(value ?? 0)} (${dayFirst(startMs)})`).join(', ');
  const counted = state === 'ALARM' ? breaching : real.length - breaching;
  const not = state === 'ALARM' ? 'was' : 'was not';
  const minimum = state === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const noun = minimum === 1 ? 'datapoint' : 'datapoints';
  return (
    `Threshold Crossed: ${counted} out of the last ${evaluationPeriods} datapoints [${shown}] ${not} ` +
    `${comparisons[comparison].words} the threshold (${decimal(threshold)}) ` +
    `(minimum ${minimum} ${noun} for ${before} -> ${state} transition).`
  );
};

/** `5.0`, as CloudWatch writes numbers. */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** `22/11/26 20:31:00` */
const dayFirst = (ms: number): string => {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
};
