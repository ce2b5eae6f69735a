import { z } from 'zod';
import type { Prepare } from '../../harness/sample.ts';
import { batchesOf, landingOptions } from './batch.ts';

const answer = z.object({ batchItemFailures: z.array(z.never()) });

/** As the event source mapping sends it. */
const kinesisEvent = (records: readonly Buffer[], shard: number) => ({
  Records: records.map((data, at) => {
    const sequenceNumber = `495903382714902566085596925383615710959215759${String(at).padStart(11, '0')}`;
    return {
      eventID: `shardId-${String(shard).padStart(12, '0')}:${sequenceNumber}`,
      kinesis: { sequenceNumber, approximateArrivalTimestamp: 1793534400, data: data.toString('base64') },
    };
  }),
});

const context = { awsRequestId: 'bench', functionName: 'headrace-local-land' };

/** The bundled landing, called as Lambda calls it. */
export const prepare: Prepare = async (given) => {
  const options = landingOptions.parse(given);
  const { handler } = await import(options.entry);
  const batches = batchesOf(options);
  const events = batches.map((records, at) => kinesisEvent(records, at % options.shards));
  return async () => {
    const done = { records: 0, bytes: 0 };
    for (let at = 0; at < options.batches; at += 1) {
      answer.parse(await handler(events[at % events.length], context));
      const records = batches[at % batches.length] ?? [];
      done.records += records.length;
      done.bytes += records.reduce((sum, { length }) => sum + length, 0);
    }
    return done;
  };
};
