import { randomUUID } from 'node:crypto';
import { AwsError } from '../contracts.ts';
import { type EnvironmentSite, startEnvironment } from './executionEnvironment.ts';
import { ExecutionEnvironments } from './executionEnvironments.ts';
import type { Outcome } from './failures.ts';
import type { FunctionSpec } from './functionSpec.ts';
import { isBelow } from './logLevels.ts';
import { logTail } from './logTail.ts';

/** Lambda's default concurrency of an account: more calls than that at once are throttled. */
const ACCOUNT_CONCURRENCY = 1000;

export interface PoolOptions {
  /** processes of this function at most; further calls wait */
  maxEnvironments: number;
  /** an execution environment unused for so long is ended */
  idleMs: number;
}

export interface FunctionStats {
  invocations: number;
  errors: number;
  environments: number;
  waiting: number;
  memoryMb: number;
  /** largest resident set any of its execution environments has had, in bytes */
  maxRssBytes: number;
}

/** What a test may do to an invocation under way. */
export interface RunningInvocation {
  kill(): void;
}

/** The execution environments of one function: started when needed, used again, ended when idle. */
export interface FunctionPool {
  /** Throws AwsError TooManyRequestsException. `onStart` is called when an execution environment has taken the call. */
  invoke(payload: string, onStart?: (running: RunningInvocation) => void): Promise<Outcome>;
  stats(): FunctionStats;
  /** Lets running invocations end for `graceMs`, then kills what is left. */
  close(graceMs: number): Promise<void>;
}

export const createPool = (spec: FunctionSpec, site: EnvironmentSite, options: PoolOptions): FunctionPool => {
  const running = new Set<Promise<unknown>>();
  const limit = spec.reservedConcurrency ?? ACCOUNT_CONCURRENCY;
  const most = Math.max(1, Math.min(limit, options.maxEnvironments));
  const environments = new ExecutionEnvironments(() => startEnvironment(spec, site), most, options.idleMs);
  let [invocations, errors, maxRssBytes] = [0, 0, 0];

  const run = async (payload: string, onStart?: (running: RunningInvocation) => void): Promise<Outcome> => {
    const environment = await environments.acquire();
    const requestId = randomUUID();
    const startedAt = performance.now();
    const pending = environment.invoke(requestId, payload);
    onStart?.(environment);
    const outcome = await pending;
    invocations += 1;
    if (outcome.functionError) errors += 1;
    maxRssBytes = Math.max(maxRssBytes, environment.maxRssBytes);
    const metrics = { durationMs: performance.now() - startedAt, maxRssBytes: environment.maxRssBytes };
    // Of a call that went well it is at the level INFO, else at WARN.
    if (outcome.functionError || !isBelow('INFO', spec.logging.system))
      site.log.entry(report(requestId, outcome, metrics.durationMs, metrics.maxRssBytes));
    environments.release(environment);
    return { ...outcome, log: logTail(requestId, outcome, { ...metrics, memoryMb: spec.memoryMb }) };
  };

  return {
    invoke(payload, onStart) {
      if (running.size >= limit) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
      const call = run(payload, onStart);
      running.add(call);
      return call.finally(() => running.delete(call));
    },
    stats: () => ({ invocations, errors, ...environments.counts(), memoryMb: spec.memoryMb, maxRssBytes }),
    async close(graceMs) {
      const killing = setTimeout(() => environments.killAll(), graceMs);
      await Promise.allSettled(running);
      clearTimeout(killing);
      await environments.killAll();
    },
  };
};

/** The line Lambda's JSON logs end an invocation with. */
const report = (requestId: string, outcome: Outcome, durationMs: number, maxRssBytes: number): object => ({
  time: new Date().toISOString(),
  type: 'platform.report',
  record: {
    requestId,
    status: outcome.functionError ? 'error' : 'success',
    ...(outcome.functionError ? { error: JSON.parse(outcome.payload) } : {}),
    metrics: { durationMs: Math.round(durationMs), maxMemoryUsedMB: Math.round(maxRssBytes / 2 ** 20) },
  },
});
