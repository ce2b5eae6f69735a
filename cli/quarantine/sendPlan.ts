import { sendLines } from '../../client/collect/sendLines.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import type { Collectors } from './collectors.ts';
import { writeMarks } from './marks.ts';
import { type Candidate, markOf } from './plan.ts';

const BATCH_LINES = 500;
const BATCH_CHARACTERS = 1_000_000;

export interface Sent {
  accepted: number;
  /** by the collector's reason, although it was expected to take them */
  refused: Record<string, number>;
}

/** One request's worth of rows each: of one source, so many lines and so much text at most. */
export const requestsOf = (candidates: readonly Candidate[]): Candidate[][] => {
  const requests: Candidate[][] = [];
  for (const ofSource of Map.groupBy(candidates, ({ row }) => row.source).values()) {
    let characters = Number.POSITIVE_INFINITY;
    for (const candidate of ofSource) {
      characters += candidate.line.length;
      const request = requests.at(-1);
      if (request !== undefined && request.length < BATCH_LINES && characters <= BATCH_CHARACTERS)
        request.push(candidate);
      else {
        requests.push([candidate]);
        characters = candidate.line.length;
      }
    }
  }
  return requests;
};

/**
 * Sends what the plan says, request by request, and marks the rows of each before the next. A run that dies between
 * the two sends a request again the next time: its ids are the same, so its events count once.
 */
export const sendPlan = async (
  candidates: readonly Candidate[],
  dependencies: { store: ObjectStore; collectors: Collectors; now: () => Date; signal: AbortSignal },
  onProgress: (sent: number) => void,
): Promise<Sent> => {
  const sent: Sent = { accepted: 0, refused: {} };
  let done = 0;
  for (const request of requestsOf(candidates)) {
    const collector = await dependencies.collectors.of(request[0]?.row.source ?? '');
    const rejectedLines = new Set<string>();
    const tally = await sendLines(
      collector,
      request.map(({ line }) => line),
      { signal: dependencies.signal, onRejected: (line) => rejectedLines.add(line) },
    );
    const at = dependencies.now();
    await writeMarks(
      dependencies.store,
      request.map((one) => markOf(one, rejectedLines.has(one.line) ? 'refused' : 'accepted', at)),
    );
    sent.accepted += tally.accepted;
    for (const [reason, n] of Object.entries(tally.reasons))
      sent.refused[reason] = (sent.refused[reason] ?? 0) + n;
    done += request.length;
    onProgress(done);
  }
  return sent;
};
