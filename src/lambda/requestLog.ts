import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import type middy from '@middy/core';
import { logger, metrics } from './log.ts';
import { tallying } from './tallying.ts';

/** What became of the events of a request, and of the calls of the stream. */
interface Tally {
  refused: number;
  throttled: number;
  rounds: number;
  errorCodes: readonly string[];
}

/** What became of a request, as far as an operator wants to know. Nothing here repeats what was sent. */
interface Reported {
  answer: { status: number };
  source?: string;
  receivedAt?: string;
  tally?: Tally;
  problem?: string;
  cause?: Error;
}

/** Strangers are not to fill the log: of an environment's refusals a line is written at most this often. */
const TOLD_EVERY_MS = 10_000;
const strangers = tallying(TOLD_EVERY_MS);
const lost = tallying(TOLD_EVERY_MS);

/** Requests without a valid key that are told now: how many, of which one line is written. */
const tellStrangers = (count: number): number => {
  if (count > 0) logger().info('turned away', { problem: 'unauthorized', count });
  return count;
};

/** Requests to paths that nobody has, most of them from those who try what a server may answer. */
const tellLost = (count: number): void => {
  if (count > 0) logger().info('no such path', { problem: 'not_found', count });
};

/** What is as it mostly is needs no place in the line: no event rejected or turned back, one call of the stream. */
const toldOf = ({ refused, throttled, rounds, errorCodes, ...others }: Tally): Partial<Tally> => ({
  ...others,
  ...(refused > 0 && { refused }),
  ...(throttled > 0 && { throttled }),
  ...(rounds > 1 && { rounds }),
  ...(errorCodes.length > 0 && { errorCodes }),
});

/**
 * Tells in the log what became of a request; `bytes`: of its body as it came, `now`: epoch milliseconds. Returns how
 * many requests without a valid key are told with it, which is what to count them by.
 */
export const logRequest = (reported: Reported, bytes: number, now: number): number => {
  const { answer, source, receivedAt, tally, problem, cause } = reported;
  if (answer.status === 401) return tellStrangers(strangers.count(now));
  if (answer.status === 404) {
    tellLost(lost.count(now));
    return tellStrangers(strangers.take(now));
  }
  const line = { status: answer.status, source, receivedAt, bytes, ...(tally && toldOf(tally)), problem };
  if (answer.status === 503) logger().warn('not taken', { ...line, ...(cause && { error: cause }) });
  else logger().info('done', line);
  return tellStrangers(strangers.take(now));
};

/** Publishes metrics where there are any: of none the library would write a line for each refused request. */
export const requestMetrics = (): middy.MiddlewareObj => {
  const own = logMetrics(metrics(), { captureColdStartMetric: true });
  const publish: middy.MiddlewareFn = (request) =>
    metrics().hasStoredMetrics() ? own.after?.(request) : undefined;
  return { ...own, after: publish, onError: publish };
};
