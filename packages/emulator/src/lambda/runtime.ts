import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError, type FunctionInvoker } from '../contracts.ts';
import { type Access, everybodyMay } from '../iam/authority.ts';
import { logFor } from '../iam/logs.ts';
import { logFileOf, logFolder } from '../logs/files.ts';
import { writeBootstrap } from './bootstrap.ts';
import type { EnvironmentSite } from './executionEnvironment.ts';
import { failed, type Outcome, timedOut } from './failures.ts';
import {
  createPool,
  type FunctionPool,
  type FunctionStats,
  type PoolOptions,
  type RunningInvocation,
} from './functionPool.ts';
import type { FunctionSpec } from './functionSpec.ts';
import { type LogFile, openLogFile } from './logFile.ts';
import { leveled } from './logLevels.ts';
import { removeStalePackages, unpack } from './unpack.ts';

/** Lambda's limit on the event of a synchronous call: 6 MB. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Two cores carry no more of one function at once; further calls wait their turn. */
const MAX_ENVIRONMENTS = 3;
const IDLE_MS = 60_000;

/** What a test lets happen to a call: see `onInvoke`. */
export type Fault =
  | { kind: 'kill'; afterMs: number }
  /** killed as well, but for the caller it has taken longer than it may */
  | { kind: 'timeout'; afterMs: number }
  /** at least once: the function runs a second time with the same event, and the second answer counts */
  | { kind: 'twice' }
  | { kind: 'throttle' }
  | { kind: 'serviceError' };

export interface RuntimeOptions {
  endpoint: string;
  dataDir: string;
  maxEnvironments?: number | undefined;
  idleMs?: number | undefined;
  /** What the functions' roles may do: one that may not write its log leaves none. Default: everything. */
  access?: Access | undefined;
  /** Gets every line that a function writes. */
  onLine?: ((line: string) => void) | undefined;
  /** Asked before every call; for tests of what happens when a function dies or runs twice. */
  onInvoke?: ((functionName: string, payload: string) => Fault | undefined) | undefined;
}

export interface LambdaRuntime extends FunctionInvoker {
  specs(): readonly FunctionSpec[];
  spec(nameOrArn: string): FunctionSpec;
  stats(): Record<string, FunctionStats>;
  /** Lets running calls end for `graceMs` (default 5 s), kills the rest; no process is left when it resolves. */
  close(graceMs?: number): Promise<void>;
}

/** `name`, `arn:…:function:name`, `000000000000:function:name`, each with or without a qualifier. */
export const functionNameOf = (nameOrArn: string): string =>
  (nameOrArn.includes('function:') ? (nameOrArn.split('function:')[1] ?? '') : nameOrArn).split(':')[0] ?? '';

export const createRuntime = (specs: readonly FunctionSpec[], options: RuntimeOptions): LambdaRuntime => {
  // What execution environments of a process that was killed have left behind.
  rmSync(tmpRootOf(options), { recursive: true, force: true });
  // Unpacked now, so that a package that is missing or damaged stops the boot and not the first call.
  const bootstrap = writeBootstrap(tmpRootOf(options));
  const sites = new Map(specs.map((each) => [each, siteOf(each, bootstrap, options)]));
  const pools = new Map(
    [...sites].map(([each, site]) => [each.name, createPool(each, site, limitsOf(options))]),
  );
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  let closing = false;

  const spec = (nameOrArn: string): FunctionSpec => {
    const found = byName.get(functionNameOf(nameOrArn));
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
  };

  const pool = (of: FunctionSpec): FunctionPool => {
    const known = pools.get(of.name);
    if (known) return known;
    throw new Error(`No pool for ${of.name}`);
  };

  const run = async (of: FunctionSpec, payload: string): Promise<Outcome> => {
    const fault = options.onInvoke?.(of.name, payload);
    if (fault?.kind === 'throttle') throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    if (fault?.kind === 'serviceError') throw new AwsError('ServiceException', 'Service failed.', 500);
    if (fault?.kind === 'twice') await pool(of).invoke(payload);
    if (fault?.kind !== 'kill' && fault?.kind !== 'timeout') return pool(of).invoke(payload);
    const outcome = await pool(of).invoke(payload, killAfter(fault.afterMs));
    return fault.kind === 'timeout' && outcome.functionError
      ? failed(timedOut(randomUUID(), of.timeoutSeconds))
      : outcome;
  };

  return {
    specs: () => specs,
    spec,
    async invoke(name, payload, { signal } = {}) {
      const of = spec(name);
      signal?.throwIfAborted();
      if (closing) throw new AwsError('ServiceException', 'The emulator is shutting down', 503);
      if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) throw tooLarge();
      return untilAborted(run(of, payload), signal);
    },
    stats: () => Object.fromEntries([...pools].map(([name, each]) => [name, each.stats()])),
    async close(graceMs = 5_000) {
      closing = true;
      await Promise.all([...pools.values()].map((each) => each.close(graceMs)));
      for (const { log } of sites.values()) log.close();
      rmSync(bootstrap, { force: true });
      removeStalePackages(
        [...sites.values()].map(({ taskRoot }) => taskRoot),
        Date.now(),
      );
    },
  };
};

const tmpRootOf = ({ dataDir }: RuntimeOptions): string => join(dataDir, 'tmp');

const siteOf = (spec: FunctionSpec, bootstrap: string, options: RuntimeOptions): EnvironmentSite => ({
  bootstrap,
  taskRoot: unpack(spec.zipPath),
  endpoint: options.endpoint,
  tmpRoot: tmpRootOf(options),
  log: logFor(
    options.access ?? everybodyMay,
    spec,
    leveled(
      heard(openLogFile(join(logFolder(options.dataDir), logFileOf(spec.name))), options.onLine),
      spec.logging,
    ),
  ),
});

const heard = (log: LogFile, onLine: RuntimeOptions['onLine']): LogFile => ({
  ...log,
  line(text) {
    log.line(text);
    onLine?.(text);
  },
});

const limitsOf = ({ maxEnvironments = MAX_ENVIRONMENTS, idleMs = IDLE_MS }: RuntimeOptions): PoolOptions => ({
  maxEnvironments,
  idleMs,
});

const killAfter = (ms: number) => (running: RunningInvocation) => {
  setTimeout(() => running.kill(), ms).unref();
};

const tooLarge = (): AwsError =>
  new AwsError(
    'RequestEntityTooLargeException',
    `Request must be smaller than ${MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation`,
    413,
  );

/** A caller that gives up is let go; the function runs on, as it does on AWS. */
const untilAborted = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
