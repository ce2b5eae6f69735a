import type { Compiler } from '../compile/compiler.ts';
import type { CatcherFields, HandlerFields, RetrierFields } from '../compile/schema.ts';
import { MissedHeartbeat, type StatesError } from '../errors.ts';
import type { CatchFlow } from '../flow/flow.ts';
import { jsonataCatchFlow } from '../flow/jsonata.ts';
import { jsonPathCatchFlow } from '../flow/jsonPath.ts';
import type { Json } from '../values.ts';

export interface Catcher {
  errorEquals: readonly string[];
  next: string;
  flow: CatchFlow;
}

/** Errors that end the execution whatever its Retry and Catch say. */
export const isFatal = (error: StatesError): boolean => error.error === 'States.Runtime';

/** A task runner may say of its own that a heartbeat is missing. */
export const isTimeout = ({ error }: StatesError): boolean =>
  error === 'States.Timeout' || error === 'States.HeartbeatTimeout';

/** Whether a catcher with these names takes an error. */
export const catches = (errorEquals: readonly string[], error: StatesError): boolean =>
  errorEquals.some((name) => {
    if (name === error.error || name === 'States.ALL') return true;
    if (name === 'States.HeartbeatTimeout') return error instanceof MissedHeartbeat;
    return name === 'States.Timeout' ? isTimeout(error) : name === 'States.TaskFailed' && !isTimeout(error);
  });

/** Whether a retrier does: the same, but no wildcard tries a payload again that is too large. It would be so again. */
export const retries = (errorEquals: readonly string[], error: StatesError): boolean =>
  error.error === 'States.DataLimitExceeded'
    ? errorEquals.includes(error.error)
    : catches(errorEquals, error);

/** Milliseconds before the retry number `attempt` (from 1), or undefined when the retrier is used up. */
export const retryDelay = (
  retrier: RetrierFields,
  attempt: number,
  random: () => number,
): number | undefined => {
  if (attempt > (retrier.MaxAttempts ?? 3)) return undefined;
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** (attempt - 1);
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1);
};

export const compileRetriers = (compiler: Compiler, fields: HandlerFields): readonly RetrierFields[] => {
  const retriers = fields.Retry ?? [];
  checkWildcards(compiler, 'Retry', retriers);
  for (const [index, { IntervalSeconds = 1, MaxDelaySeconds }] of retriers.entries()) {
    if (MaxDelaySeconds === undefined || MaxDelaySeconds > IntervalSeconds) continue;
    compiler.problem('MaxDelaySeconds must be greater than IntervalSeconds', `Retry[${index}]`);
  }
  return retriers;
};

export const compileCatchers = (compiler: Compiler, fields: HandlerFields): readonly Catcher[] => {
  const catchers = fields.Catch ?? [];
  checkWildcards(compiler, 'Catch', catchers);
  return catchers.map((catcher, index) => compileCatcher(compiler.within(`Catch[${index}]`), catcher));
};

const compileCatcher = (compiler: Compiler, fields: CatcherFields): Catcher => {
  const foreign = compiler.language === 'JSONata' ? fields.ResultPath : fields.Output;
  if (foreign !== undefined)
    compiler.problem(`A catcher in ${compiler.language} has no such field: ${JSON.stringify(foreign)}`);
  const compileFlow = compiler.language === 'JSONPath' ? jsonPathCatchFlow : jsonataCatchFlow;
  return { errorEquals: fields.ErrorEquals, next: fields.Next, flow: compileFlow(compiler, fields) };
};

/** States.ALL stands alone, and last: nothing after it would ever be reached. */
const checkWildcards = (
  compiler: Compiler,
  field: string,
  handlers: readonly { ErrorEquals: string[] }[],
): void => {
  for (const [index, { ErrorEquals }] of handlers.entries()) {
    if (!ErrorEquals.includes('States.ALL')) continue;
    const at = `${field}[${index}]/ErrorEquals`;
    if (ErrorEquals.length > 1) compiler.problem('States.ALL must be the only error name of its list', at);
    if (index < handlers.length - 1)
      compiler.problem(`States.ALL may only stand in the last element of ${field}`, at);
  }
};

/** What a catcher's states see of an error: null for what it does not say, but "" as the cause of a timeout. */
export const errorOutput = (error: StatesError): Json => ({
  Error: error.error ?? null,
  Cause: error.reason ?? (isTimeout(error) ? '' : null),
});
