import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { CliError } from '../failure.ts';
import { type Collector, type PostOptions, post } from './post.ts';

const zip = promisify(gzip);

/** How much of many events is sent in one request. */
export const BATCH_EVENTS = 500;
export const BATCH_CHARACTERS = 1_000_000;

/** What became of some lines: every line is either accepted or rejected with a reason. */
export interface Tally {
  accepted: number;
  refused: number;
  /** rejected, by the collector's reason */
  reasons: Record<string, number>;
}

export const emptyTally = (): Tally => ({ accepted: 0, refused: 0, reasons: {} });

export const addTally = (to: Tally, more: Tally): void => {
  to.accepted += more.accepted;
  to.refused += more.refused;
  for (const [reason, n] of Object.entries(more.reasons)) to.reasons[reason] = (to.reasons[reason] ?? 0) + n;
};

interface SendOptions extends PostOptions {
  /** Called with each line that the collector rejects for good. */
  onRejected?: (line: string, reason: string, detail: string) => void;
}

const answerPerEvent = z.looseObject({
  results: z.array(
    z.looseObject({
      index: z.number(),
      status: z.number(),
      reason: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
});

type Result = z.infer<typeof answerPerEvent>['results'][number];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the collector says what is wrong with it
  }
};

/**
 * Lines as a body. The collector takes a body of one line for a whole request if it could be one: an array, or an
 * object around `events`. Inside of an array it is one event, whatever it is.
 */
const bodyOf = (lines: readonly string[]): string => {
  const [only = ''] = lines;
  const value = lines.length === 1 ? parsed(only) : undefined;
  const couldBeRequest =
    typeof value === 'object' && value !== null && (Array.isArray(value) || 'events' in value);
  return couldBeRequest ? `[${only}]` : lines.map((line) => `${line}\n`).join('');
};

/**
 * Sends event lines as one gzipped NDJSON request and sees each of them through: what the stream could not take
 * is sent again, a request too large is halved.
 */
export const sendLines = async (
  collector: Collector,
  lines: readonly string[],
  options: SendOptions = {},
): Promise<Tally> => {
  const tally = emptyTally();
  let open: readonly string[] = lines;
  while (open.length > 0) {
    const body = await zip(bodyOf(open));
    const answer = await post(
      collector,
      { path: '/v1/events', contentType: 'application/x-ndjson', gzip: true, body },
      options,
    );
    if (answer.status === 202) return withAccepted(tally, open.length);
    if (answer.status === 413 && open.length === 1) {
      reject(tally, open[0] ?? '', { reason: 'event_too_large', detail: messageIn(answer.body) }, options);
      return tally;
    }
    if (answer.status === 413) {
      const half = Math.ceil(open.length / 2);
      addTally(tally, await sendLines(collector, open.slice(0, half), options));
      open = open.slice(half);
      continue;
    }
    const results = answerPerEvent.safeParse(answer.body);
    if (!results.success) throw refusal(collector, answer.status, answer.body);
    open = settle(tally, open, results.data.results, options);
    if (open.length > 0) options.onRetry?.();
  }
  return tally;
};

const withAccepted = (tally: Tally, n: number): Tally => ({ ...tally, accepted: tally.accepted + n });

const reject = (
  tally: Tally,
  line: string,
  { reason = 'unknown', detail = '' }: { reason?: string | undefined; detail?: string | undefined },
  { onRejected }: SendOptions,
): void => {
  addTally(tally, { accepted: 0, refused: 1, reasons: { [reason]: 1 } });
  onRejected?.(line, reason, detail);
};

/** Counts what is settled and returns the lines to be sent again. */
const settle = (
  tally: Tally,
  lines: readonly string[],
  results: readonly Result[],
  options: SendOptions,
): string[] => {
  const again: string[] = [];
  for (const { index, status, reason, detail } of results) {
    if (status === 202) tally.accepted += 1;
    else if (status === 422) reject(tally, lines[index] ?? '', { reason, detail }, options);
    else again.push(lines[index] ?? '');
  }
  return again;
};

const problemAnswer = z.looseObject({ error: z.looseObject({ message: z.string() }) });

/** What the collector says of a whole request. */
const messageIn = (body: unknown): string =>
  problemAnswer.safeParse(body).data?.error.message ?? 'the request is too large';

const refusal = (collector: Collector, status: number, body: unknown): CliError =>
  new CliError(
    `The collector at ${collector.url} answered ${status}: ${JSON.stringify(body)}`,
    status === 401 ? 'Check the write key: --key KEY, or HEADRACE_WRITE_KEY.' : undefined,
  );
