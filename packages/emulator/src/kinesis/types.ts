import type { JsonService } from '../contracts.ts';

/** A record as in-process readers get it. */
export interface ShardRecord {
  sequenceNumber: string;
  partitionKey: string;
  arrivalMs: number;
  data: Uint8Array;
}

/** Where to read on: after this sequence number, from the oldest record kept, or only what comes from now on. */
export type ShardPosition = string | 'TRIM_HORIZON' | 'LATEST';

interface ShardRead {
  records: ShardRecord[];
  /** Pass this to the next read. */
  next: ShardPosition;
  /** 0 when the reader has caught up. */
  millisBehindLatest: number;
  /** The shard was split or merged away and everything in it has been read: go on with its children. */
  ended: boolean;
}

export interface ShardInfo {
  shardId: string;
  open: boolean;
  parentShardIds: string[];
}

/** Kinesis: the AWS API, and what the event source mappings of the same process need. */
export interface Kinesis extends JsonService {
  /** All shards of a stream, closed ones too, oldest first. `stream` is a name or an ARN, here and below. */
  shards(stream: string): ShardInfo[];
  /** Throws AwsError('ResourceNotFoundException'). At least one record is given, if there is one, whatever its size. */
  readShard(
    stream: string,
    shardId: string,
    after: ShardPosition,
    limits: { maxRecords: number; maxBytes: number },
  ): ShardRead;
  /** Calls `listener` with the stream's name after records were stored in it. Returns how to stop. */
  onRecords(listener: (stream: string) => void): () => void;
  /**
   * Every event source mapping has passed `beforeSequence`: older records may go. They go once the shard holds
   * more than its bound of bytes, so that the latest stay readable for people.
   */
  trim(stream: string, shardId: string, beforeSequence: string): void;
  /**
   * Another reader than the mappings: `trim` keeps what comes after the sequence number that it has reached in a shard,
   * the empty text for one it has not begun. `stream` is an ARN. Returns how to let go.
   */
  holdBack(stream: string, reached: (shardId: string) => string): () => void;
}
