import { assumptions } from '../assumptions.ts';
import type { StageFacts } from '../facts.ts';
import type { Prices } from '../prices.ts';
import type { Profile } from '../profile.ts';
import { MONTH_DAYS, MONTH_SECONDS } from '../time.ts';
import { GB, type Line } from './line.ts';
import { type Month, windowCallsOf } from './month.ts';
import { postgresCalls } from './postgresBill.ts';

const logGbOf = (month: Month, facts: StageFacts): number => {
  const { runs, functions, postgres } = facts;
  const inRuns = runs * assumptions.callsPerRun.value;
  const inPartitions = month.builds * assumptions.callsPerPartition.value;
  const ofConsumers = month.batches + (postgres ? postgresCalls(month, postgres).calls : 0);
  const ofLambda = (key: string): number =>
    functions[key]?.reported === false ? 0 : assumptions.logBytesOfLambda.value;
  const { calls, parts } = windowCallsOf(month, facts);
  const bytes =
    month.requests * (assumptions.logBytesPerRequest.value + ofLambda('collect')) +
    calls * ofLambda('windows') +
    parts * assumptions.logBytesPerPart.value +
    (ofConsumers + inPartitions + inRuns) * assumptions.logBytesPerCall.value +
    runs * assumptions.logBytesPerRun.value;
  return bytes / GB;
};

export const watchBill = (month: Month, facts: StageFacts, profile: Profile, prices: Prices): Line[] => {
  const logGb = logGbOf(month, facts);
  const logMonths = Math.min(profile.month, facts.logDays / MONTH_DAYS);
  const ofMappings = facts.measuredMappings * assumptions.metricsPerMapping.value;
  const ofRoutes = facts.measuredRoutes * assumptions.metricsPerRoute.value;
  const always = assumptions.tracesPerSecond.value;
  const perSecond = month.requests / MONTH_SECONDS;
  const traces =
    Math.min(perSecond, always) + Math.max(0, perSecond - always) * assumptions.tracedShare.value;
  const traced = facts.functions.collect?.traced === true ? traces * MONTH_SECONDS : 0;
  return [
    ['logs written', logGb, 'GB', prices.logsGb],
    ['logs kept', logGb * assumptions.logStoredShare.value * logMonths, 'GB months', prices.logsGbMonth],
    ['metrics', assumptions.metrics.value, 'metrics', prices.metricMonth],
    ['metrics of event source mappings', ofMappings, 'metrics', prices.metricMonth],
    ['metrics of routes', ofRoutes, 'metrics', prices.metricMonth],
    ['alarms', facts.alarms, 'alarms', prices.alarmMonth],
    ['dashboards', facts.dashboards, 'dashboards', prices.dashboardMonth],
    ['traces', traced, 'traces', prices.xrayTrace],
  ];
};
