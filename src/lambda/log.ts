import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { once } from '../once.ts';
import { isSampled, withoutLevelOfLambda } from './config.ts';
import { nameSources } from './stackTraces.ts';

/** What may be done about an error, by its name: see src/errors.ts. */
const classes = new Map([
  ['Throttled', 'throttled'],
  ['Transient', 'transient'],
  ['Conflict', 'conflict'],
]);

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** The fields of a line that says that something failed: the class to count by, and the error itself. */
export const failureFields = (thrown: unknown): { failure: string; error: Error } => {
  const error = asError(thrown);
  return { failure: classes.get(error.name) ?? 'deterministic', error };
};

/** Of what a line may begin with only what somebody can use: each byte is paid for, in the collector per request. */
class Lines extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, own: LogAttributes): LogItem {
    const { logLevel: level, message, timestamp, serviceName: service, xRayTraceId } = attributes;
    const first = { level, message, timestamp: this.formatTimestamp(timestamp), service };
    const trace = isSampled() ? { xray_trace_id: xRayTraceId } : {};
    return new LogItem({ attributes: { ...first, ...trace } }).addAttributes(own);
  }
}

/**
 * One JSON line per thing that happened, on stdout. Made on first use: they read POWERTOOLS_* variables.
 * (`step()`, the wrapper of the ETL's Lambdas, is in step.ts: it brings the X-Ray SDK, which the collector does
 * without.)
 */
export const logger = /* @__PURE__ */ once(() => {
  nameSources();
  return withoutLevelOfLambda(() => new Logger({ logFormatter: new Lines() }));
});

/** Metrics in the embedded format, written with the log; publish them before the handler returns. */
export const metrics = /* @__PURE__ */ once(() => new Metrics());
