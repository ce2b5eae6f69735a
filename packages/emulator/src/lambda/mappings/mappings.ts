import type { DatabaseSync } from 'node:sqlite';
import type { FunctionInvoker, JsonObject, Measure, Timer } from '../../contracts.ts';
import type { Kinesis } from '../../kinesis/types.ts';
import { functionNameOf } from '../runtime.ts';
import { createChange } from './change.ts';
import { openCheckpoints } from './checkpoints.ts';
import { describeStreamMapping } from './describe.ts';
import type { Discarded } from './failureRecord.ts';
import type { MappingSpec } from './mappingSpec.ts';
import { type MappingStatus, Progress, type Streams } from './progress.ts';
import { pollShard } from './shardPoller.ts';

interface MappingsOptions {
  db: DatabaseSync;
  kinesis: Streams & Pick<Kinesis, 'onRecords'>;
  invoker: FunctionInvoker;
  timer: Timer;
  measure?: Measure;
  /** ARN and role of a function, by name or ARN */
  functionOf(name: string): { arn: string; role: string };
  /** Sends a batch that was given up to its destination. */
  discard(destination: string, batch: Discarded): Promise<void>;
  onError(error: unknown): void;
}

/** The event source mappings of the emulator, each shard polled by a loop of its own. */
export interface Mappings {
  status(): MappingStatus[];
  /** as ListEventSourceMappings shows them */
  describe(): JsonObject[];
  /**
   * Resolves when every enabled mapping has passed all that was in its stream: of one function only, where it is named.
   * Batches are not held back meanwhile, and windows that are open end early.
   */
  idle(signal?: AbortSignal, functionName?: string): Promise<void>;
  /** Stops polling; resolves when no call of a function is under way. */
  stop(): Promise<void>;
}

export const startMappings = (specs: readonly MappingSpec[], options: MappingsOptions): Mappings => {
  const progress = new Progress(specs, options.kinesis, openCheckpoints(options.db), () =>
    options.timer.now(),
  );
  const change = createChange();
  const stopping = new AbortController();
  const startedMs = options.timer.now();
  const results = new Map<string, string>();
  /** which mappings somebody waits for, of each who waits */
  const waiting: ((spec: MappingSpec) => boolean)[] = [];

  const follow = (spec: MappingSpec): Promise<void> => {
    const target = options.functionOf(spec.functionName);
    return followShards(
      () => progress.shards(spec),
      (shardId) => poll(spec, shardId, target),
      stopping.signal,
    );
  };

  const poll = (spec: MappingSpec, shardId: string, target: { arn: string; role: string }): Promise<void> => {
    const { uuid, streamArn, onFailure } = spec;
    const { arn: functionArn, role } = target;
    return pollShard({ streamArn, shardId, role }, spec, {
      ...options,
      signal: stopping.signal,
      startedMs,
      position: () => progress.position(spec, shardId),
      changed: () => change.next(stopping.signal),
      hurry: () => waiting.some((wanted) => wanted(spec)),
      take(sequenceNumber) {
        progress.take(spec, shardId, sequenceNumber);
        change.tell();
      },
      progress(sequenceNumber) {
        progress.reach(spec, shardId, sequenceNumber);
        results.set(uuid, 'OK');
        change.tell();
      },
      async discard(given) {
        if (onFailure) await options.discard(onFailure, { ...given, uuid, functionArn, streamArn, shardId });
      },
    });
  };

  const unsubscribe = options.kinesis.onRecords(change.tell);
  const followed = specs.filter(({ enabled }) => enabled).map((spec) => follow(spec).catch(options.onError));

  return {
    status: () => progress.status(),
    describe: () =>
      specs.map((spec) => {
        const facts = { functionArn: options.functionOf(spec.functionName).arn, modifiedMs: startedMs };
        return describeStreamMapping(spec, facts, results.get(spec.uuid) ?? 'No records processed');
      }),
    async idle(signal, name) {
      const wanted = ({ functionName }: MappingSpec): boolean =>
        name === undefined || functionNameOf(functionName) === name;
      waiting.push(wanted);
      change.tell();
      try {
        while (
          specs.some((spec) => wanted(spec) && (progress.isBehind(spec) || progress.hasOpenWindow(spec)))
        ) {
          stopping.signal.throwIfAborted();
          await change.next(signal);
          signal?.throwIfAborted();
        }
      } finally {
        waiting.splice(waiting.indexOf(wanted), 1);
      }
    },
    async stop() {
      stopping.abort(new Error('The emulator stops'));
      unsubscribe();
      change.tell();
      await Promise.all(followed);
    },
  };
};

/**
 * Polls every shard of a stream, and those that a split or merge adds, each once its parents have ended: records of
 * a parent are older, so per key the order holds. Resolves when stopped.
 */
const followShards = async (
  shards: () => { shardId: string; parentShardIds: string[] }[],
  poll: (shardId: string) => Promise<void>,
  stopped: AbortSignal,
): Promise<void> => {
  const started = new Set<string>();
  const ended = new Set<string>();
  const startReady = async (): Promise<void> => {
    const all = shards();
    const isDone = (id: string): boolean => ended.has(id) || all.every(({ shardId }) => shardId !== id);
    const ready = all.filter(
      ({ shardId, parentShardIds }) => !started.has(shardId) && parentShardIds.every(isDone),
    );
    for (const { shardId } of ready) started.add(shardId);
    await Promise.all(ready.map(({ shardId }) => pollToEnd(shardId)));
  };
  const pollToEnd = async (shardId: string): Promise<void> => {
    await poll(shardId);
    ended.add(shardId);
    if (!stopped.aborted) await startReady();
  };
  await startReady();
};
