import { type Lag, lagAt } from '../../kinesis/lag.ts';
import type { Kinesis, ShardInfo, ShardPosition } from '../../kinesis/types.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { MappingSpec } from './mappingSpec.ts';

interface ShardLag extends Lag {
  shardId: string;
  checkpoint: string | null;
}

export interface MappingStatus {
  uuid: string;
  functionName: string;
  streamArn: string;
  enabled: boolean;
  /** nothing waits in any of its shards, or it is disabled */
  idle: boolean;
  shards: ShardLag[];
}

export type Streams = Pick<Kinesis, 'shards' | 'readShard' | 'trim'>;

const keyOf = ({ uuid }: MappingSpec, shardId: string): string => `${uuid} ${shardId}`;

/** How far the mappings have come, held against what the streams hold. */
export class Progress {
  readonly #specs: readonly MappingSpec[];
  readonly #streams: Streams;
  readonly #checkpoints: Checkpoints;
  readonly #now: () => number;
  /** Of mappings with windows: the last record of a shard that is in the state of an open one, beyond the checkpoint. */
  readonly #taken = new Map<string, string>();

  constructor(specs: readonly MappingSpec[], streams: Streams, checkpoints: Checkpoints, now: () => number) {
    this.#specs = specs;
    this.#streams = streams;
    this.#checkpoints = checkpoints;
    this.#now = now;
    for (const spec of specs) this.#begin(spec);
  }

  /** A mapping that starts at LATEST begins where its stream ends now, once and for all boots to come. */
  #begin(spec: MappingSpec): void {
    // Asked in any case: a stream that is not there is a defect of the template, to be told at once.
    const shards = this.shards(spec);
    if (spec.startAt !== 'LATEST') return;
    if (shards.some(({ shardId }) => this.#checkpoints.get(spec.uuid, shardId) !== undefined)) return;
    for (const { shardId } of shards) {
      const { next } = this.#streams.readShard(spec.streamArn, shardId, 'LATEST', {
        maxRecords: 1,
        maxBytes: 1,
      });
      this.#checkpoints.set(spec.uuid, shardId, next);
    }
  }

  shards(spec: MappingSpec): ShardInfo[] {
    return this.#streams.shards(spec.streamArn);
  }

  position(spec: MappingSpec, shardId: string): ShardPosition {
    const taken = this.#taken.get(keyOf(spec, shardId));
    return taken ?? this.#checkpoints.get(spec.uuid, shardId) ?? 'TRIM_HORIZON';
  }

  /** Notes what an open window holds. After a restart it begins anew, at the checkpoint: its state was in memory. */
  take(spec: MappingSpec, shardId: string, sequenceNumber: string): void {
    this.#taken.set(keyOf(spec, shardId), sequenceNumber);
  }

  /** Stores the checkpoint, and lets records go that every mapping of the stream has passed. */
  reach(spec: MappingSpec, shardId: string, sequenceNumber: string): void {
    this.#taken.delete(keyOf(spec, shardId));
    this.#checkpoints.set(spec.uuid, shardId, sequenceNumber);
    const readers = this.#specs.filter(({ streamArn }) => streamArn === spec.streamArn);
    const passed = readers.map(({ uuid }) => this.#checkpoints.get(uuid, shardId));
    if (!passed.every((sequence) => sequence !== undefined)) return;
    // Sequence numbers have one length: text order is their order.
    const least = passed.reduce((least, sequence) => (sequence < least ? sequence : least));
    this.#streams.trim(spec.streamArn, shardId, least);
  }

  isBehind(spec: MappingSpec): boolean {
    return spec.enabled && this.shards(spec).some(({ shardId }) => !this.#lag(spec, shardId).atTip);
  }

  /** Whether a window of the mapping holds records that no call has ended yet. */
  hasOpenWindow(spec: MappingSpec): boolean {
    return spec.enabled && this.shards(spec).some(({ shardId }) => this.#taken.has(keyOf(spec, shardId)));
  }

  status(): MappingStatus[] {
    return this.#specs.map((spec) => {
      const { uuid, functionName, streamArn, enabled } = spec;
      const shards = this.shards(spec).map(({ shardId }) => this.#lag(spec, shardId));
      return { uuid, functionName, streamArn, enabled, idle: !this.isBehind(spec), shards };
    });
  }

  #lag(spec: MappingSpec, shardId: string): ShardLag {
    const shard = { streamArn: spec.streamArn, shardId, now: this.#now() };
    const lag = lagAt(this.#streams, shard, this.position(spec, shardId));
    return { shardId, ...lag, checkpoint: this.#checkpoints.get(spec.uuid, shardId) ?? null };
  }
}
