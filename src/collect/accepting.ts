import { randomUUID } from 'node:crypto';
import { HeadraceError } from '../errors.ts';
import type { EventStream, PutOutcome, StreamRecord } from '../ports/collect.ts';
import type { CollectedLine } from './line.ts';
import { callsOf, type Packed, pack } from './packing.ts';

/** What accepting needs of the dependencies; tests give it their own time and chance. */
interface Accepting {
  stream: EventStream;
  /** epoch milliseconds */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** in [0, 1) */
  random: () => number;
  /** how long to go on trying, milliseconds */
  budgetMs?: number;
}

export interface Acceptance {
  /** per line, in order: whether the stream has it for good */
  taken: boolean[];
  /** rounds of calls that were made */
  rounds: number;
  /** error codes of the last round's failures, each once */
  errorCodes: string[];
  /** what the stream made of the lines: `<shard>:<sequence number>` of each record, by which a batch can be found */
  records: string[];
}

/** A request must be answered, and the Lambda end, well before API Gateway gives up at 30 s. */
export const BUDGET_MS = 8_000;

// Full jitter over a doubling range: many collectors that were throttled together do not come back together.
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_600;

const putCall = async (stream: EventStream, records: readonly StreamRecord[]): Promise<PutOutcome[]> => {
  try {
    return await stream.put(records);
  } catch (error) {
    // What will not pass by itself (no such stream, no permission) is an operator's: it fails the request as a whole.
    if (!(error instanceof HeadraceError && ['Throttled', 'Transient'].includes(error.name))) throw error;
    return records.map(() => ({ taken: false, errorCode: error.name }));
  }
};

interface Round {
  /** those the stream did not take, each with its error code */
  failed: [Packed, string][];
  records: string[];
}

/** One round: every record once. */
const putAll = async (stream: EventStream, packed: readonly Packed[]): Promise<Round> => {
  const outcomes = await Promise.all(
    callsOf(packed).map(async (call) => {
      const put = await putCall(
        stream,
        call.map(({ record }) => record),
      );
      return call.map((one, index) => [one, put[index]] as const);
    }),
  );
  const round: Round = { failed: [], records: [] };
  for (const [one, outcome] of outcomes.flat()) {
    if (outcome?.taken) round.records.push(outcome.record);
    else round.failed.push([one, outcome?.errorCode ?? 'NoOutcome']);
  }
  return round;
};

/**
 * Puts lines into the stream, packed into records, and tells for each whether it was taken. What failed is tried again,
 * and only that, until the budget of time is used up. A line counts as taken only when the stream said so; one whose
 * call broke off may be there all the same, and comes out as a duplicate when it is sent again.
 *
 * Throws what the stream throws and no retry can mend.
 */
export const accept = async (
  lines: readonly CollectedLine[],
  dependencies: Accepting,
): Promise<Acceptance> => {
  const deadline = dependencies.now() + (dependencies.budgetMs ?? BUDGET_MS);
  let failed: [Packed, string][] = pack(lines, randomUUID).map((packed) => [packed, '']);
  const records: string[] = [];
  let rounds = 0;
  while (failed.length > 0) {
    const round = await putAll(
      dependencies.stream,
      failed.map(([packed]) => packed),
    );
    failed = round.failed;
    records.push(...round.records);
    rounds += 1;
    const wait = dependencies.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (rounds - 1));
    if (failed.length === 0 || dependencies.now() + wait >= deadline) break;
    await dependencies.sleep(wait);
  }
  const lost = new Set(failed.flatMap(([packed]) => packed.lines));
  return {
    taken: lines.map((_, index) => !lost.has(index)),
    rounds,
    errorCodes: [...new Set(failed.map(([, code]) => code))],
    records,
  };
};
