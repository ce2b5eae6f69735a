import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';

const request = z.looseObject({ Records: z.array(z.record(z.string(), z.json())) });
const answer = z.looseObject({
  FailedRecordCount: z.number(),
  Records: z.array(z.record(z.string(), z.json())),
});

/** Refuses the records from a point on: at least the last, so that something is refused. */
const takenOf = (records: number, dice: number): number => Math.floor(records * dice);

/** PutRecords of which a shard takes only the first records. Of a single record, it takes none. */
export const putPartly = async (
  input: JsonObject,
  dice: number,
  put: (input: JsonObject) => Promise<JsonObject>,
): Promise<JsonObject> => {
  const { Records } = request.parse(input);
  const taken = takenOf(Records.length, dice);
  const refused = Array.from({ length: Records.length - taken }, () => ({
    ErrorCode: 'ProvisionedThroughputExceededException',
    ErrorMessage: 'Injected by the emulator: rate exceeded for a shard',
  }));
  if (taken === 0) return { FailedRecordCount: refused.length, Records: refused };
  const stored = answer.parse(await put({ ...input, Records: Records.slice(0, taken) }));
  return {
    FailedRecordCount: stored.FailedRecordCount + refused.length,
    Records: [...stored.Records, ...refused],
  };
};
