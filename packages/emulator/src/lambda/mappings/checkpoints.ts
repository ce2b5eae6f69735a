import type { DatabaseSync } from 'node:sqlite';

/** How far each mapping has come in each shard: the sequence number of the last record it is done with. */
export interface Checkpoints {
  get(mapping: string, shardId: string): string | undefined;
  set(mapping: string, shardId: string, sequenceNumber: string): void;
}

export const openCheckpoints = (db: DatabaseSync): Checkpoints => {
  db.exec(`CREATE TABLE IF NOT EXISTS mappings_checkpoints (
    mapping TEXT NOT NULL, shard TEXT NOT NULL, sequence TEXT NOT NULL, PRIMARY KEY (mapping, shard)
  ) STRICT, WITHOUT ROWID`);
  const read = db.prepare('SELECT sequence FROM mappings_checkpoints WHERE mapping = ? AND shard = ?');
  const write = db.prepare(
    'INSERT OR REPLACE INTO mappings_checkpoints (mapping, shard, sequence) VALUES (?, ?, ?)',
  );
  return {
    get(mapping, shardId) {
      const sequence = read.get(mapping, shardId)?.sequence;
      return typeof sequence === 'string' ? sequence : undefined;
    },
    set: (mapping, shardId, sequenceNumber) => void write.run(mapping, shardId, sequenceNumber),
  };
};
