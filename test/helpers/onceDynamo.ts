import { type LocalDynamo, startDynamo } from './dynamo.ts';
import { madeOnce } from './made.ts';

/** A DynamoDB for all tests of a file. (Not in dynamo.ts: the benchmark uses that, where there is no jest.) */
export const onceDynamo = (): LocalDynamo => madeOnce(startDynamo, (one) => one.stop());
