import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { requestBodies } from '../../harness/events.ts';
import type { Prepare } from '../../harness/sample.ts';
import { collectorOptions } from './collectorSide.ts';

const RECORD_BYTES = 128 * 1024;

/** AWS's SDK alone: the same bytes put into the stream, in records as large as the collector's. */
export const prepare: Prepare = async (given) => {
  const { seed, batch, requests, bodies } = collectorOptions.parse(given);
  const calls = requestBodies(seed, batch, bodies).map((body) => {
    const bytes = Buffer.from(body);
    const count = Math.ceil(bytes.length / RECORD_BYTES);
    return Array.from({ length: count }, (_, at) => ({
      PartitionKey: `person-${at}`,
      Data: bytes.subarray(at * RECORD_BYTES, (at + 1) * RECORD_BYTES),
    }));
  });
  const client = new KinesisClient({ maxAttempts: 1, requestHandler: { requestTimeout: 3_000 } });
  return async () => {
    for (let at = 0; at < requests; at += 1) {
      await client.send(new PutRecordsCommand({ StreamName: 'bench', Records: calls[at % calls.length] }));
    }
    return { events: requests * batch };
  };
};
