import { z } from 'zod';
import { streamLines } from '../../harness/events.ts';

export const landingOptions = z.object({
  entry: z.string().default(''),
  seed: z.number(),
  /** bytes of one record: lines are packed until there is no room for another */
  recordBytes: z.number(),
  /** bytes of all records of a batch; Lambda's limit is 6 MB with base64 and all */
  batchBytes: z.number(),
  /** batches a run */
  batches: z.number(),
  /** how many shards they come from, in turn */
  shards: z.number().default(1),
});

export type LandingOptions = z.infer<typeof landingOptions>;

/** One batch of the stream: its records, each NDJSON of whole lines. */
const recordsOf = ({ seed, recordBytes, batchBytes }: LandingOptions): Buffer[] => {
  const lines = streamLines(seed, '2026-11-01T12');
  const records: Buffer[] = [];
  let open: string[] = [];
  let size = 0;
  for (let total = 0; total < batchBytes; ) {
    const line = `${lines.next().value}\n`;
    if (size > 0 && size + line.length > recordBytes) {
      records.push(Buffer.from(open.join('')));
      total += size;
      open = [];
      size = 0;
    }
    open.push(line);
    size += line.length;
  }
  return records;
};

/** A few distinct batches, for as many runs as are wanted. */
export const batchesOf = (options: LandingOptions): Buffer[][] =>
  Array.from({ length: Math.min(options.batches, 4) }, (_, at) =>
    recordsOf({ ...options, seed: options.seed + at }),
  );
