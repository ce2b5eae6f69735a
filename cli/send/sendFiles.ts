import type { Collector } from '../../client/collect/post.ts';
import { BATCH_CHARACTERS, BATCH_EVENTS, sendLines } from '../../client/collect/sendLines.ts';
import type { InputFile } from '../../client/input/files.ts';
import { firstItems } from '../../client/input/first.ts';
import type { Item } from '../../client/input/item.ts';
import { readItems } from '../../client/input/read.ts';
import { eventMapper } from '../../client/mapping/mapEvent.ts';
import { namedFields } from '../../client/mapping/mapping.ts';
import { idMaker } from '../../client/mapping/occurrences.ts';
import { assertFieldsExist, sampled, sampleOf } from '../../client/mapping/sample.ts';
import type { Reading } from '../mappingOptions.ts';

const IN_FLIGHT = 4;

export const SHOWN_REJECTIONS = 20;
/** In the document of --json. */
const KEPT_REJECTIONS = 1_000;

interface RejectedEvent {
  file: string;
  /** on which the event begins */
  line: number;
  reason: string;
  detail: string;
}

/** How far a sending has come. Events are counted, not lines. */
export interface Sending {
  accepted: number;
  refused: number;
  /** of those, the ones that could not be read and never left this machine */
  unreadable: number;
  /** rejected, by reason */
  reasons: Record<string, number>;
  /** the first of them */
  rejections: RejectedEvent[];
  retries: number;
  bytes: number;
}

/** An event on its way, and where it stands. */
interface Event {
  text: string;
  file: string;
  line: number;
}

const reject = (done: Sending, { file, line }: Event, reason: string, detail: string): void => {
  done.refused += 1;
  done.reasons[reason] = (done.reasons[reason] ?? 0) + 1;
  if (done.rejections.length < KEPT_REJECTIONS) done.rejections.push({ file, line, reason, detail });
};

async function* itemsOf(
  files: readonly InputFile[],
  reading: Reading,
  signal: AbortSignal,
  done: Sending,
): AsyncGenerator<{ file: string; items: Item[] }> {
  const onBytes = (bytes: number): void => {
    done.bytes += bytes;
  };
  const { mapping } = reading;
  const looksFirst = namedFields(mapping).length > 0;
  const seen: Item[] = [];
  const look = (items: readonly Item[], from: readonly InputFile[]): void => {
    seen.push(...items);
    assertFieldsExist(sampleOf(seen, mapping), mapping, from);
  };
  const readTwice = files.filter(({ bytes }) => bytes !== undefined);
  if (looksFirst) {
    const first = await Array.fromAsync(firstItems(readTwice, { ...reading, signal }));
    look(
      first.flatMap(({ items }) => items),
      readTwice,
    );
  }
  for (const file of files) {
    let batches = readItems(file, { ...reading, signal, onBytes });
    // A pipe is read once: it is looked at when its turn comes.
    if (looksFirst && file.bytes === undefined) {
      const { sample, all } = await sampled(batches);
      look(sample, [file]);
      batches = all;
    }
    for await (const items of batches) yield { file: file.name, items };
  }
}

async function* batchesOf(
  source: AsyncIterable<{ file: string; items: Item[] }>,
  map: (text: string) => string,
  done: Sending,
): AsyncGenerator<Event[]> {
  let batch: Event[] = [];
  let characters = 0;
  for await (const { file, items } of source) {
    for (const { line, text, flaw } of items) {
      if (flaw !== undefined) {
        reject(done, { text, file, line }, flaw.reason, flaw.detail);
        done.unreadable += 1;
        continue;
      }
      const event = map(text);
      if (
        batch.length === BATCH_EVENTS ||
        (batch.length > 0 && characters + event.length > BATCH_CHARACTERS)
      ) {
        yield batch;
        [batch, characters] = [[], 0];
      }
      batch.push({ text: event, file, line });
      characters += event.length;
    }
  }
  if (batch.length > 0) yield batch;
}

const sendBatch = async (
  collector: Collector,
  batch: readonly Event[],
  signal: AbortSignal,
  done: Sending,
): Promise<void> => {
  // Equal texts are rejected alike: which of them is told first is all the same.
  const waiting = Map.groupBy(batch, ({ text }) => text);
  const { accepted } = await sendLines(
    collector,
    batch.map(({ text }) => text),
    {
      signal,
      onRetry: () => {
        done.retries += 1;
      },
      onRejected: (text, reason, detail) => {
        const event = waiting.get(text)?.shift();
        if (event !== undefined) reject(done, event, reason, detail);
      },
    },
  );
  done.accepted += accepted;
};

/**
 * Sends all events of some files. `done` moves as they are; `ended` fails with what stopped it first. Then nothing more
 * is read, and what is under way is waited for, so that `done` counts it.
 */
export const sendFiles = (
  files: readonly InputFile[],
  reading: Reading,
  collector: Collector,
  signal: AbortSignal,
): { done: Sending; ended: Promise<void> } => {
  const done: Sending = {
    accepted: 0,
    refused: 0,
    unreadable: 0,
    reasons: {},
    rejections: [],
    retries: 0,
    bytes: 0,
  };
  const map = eventMapper(reading.mapping, idMaker());
  const failing = new AbortController();
  const whileReading = AbortSignal.any([signal, failing.signal]);
  const source = batchesOf(itemsOf(files, reading, whileReading, done), map, done);
  // Several senders draw from the one source: a slow answer holds up one of them only.
  const sender = async (): Promise<void> => {
    for await (const batch of { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) }) {
      // Read before another sender failed.
      failing.signal.throwIfAborted();
      await sendBatch(collector, batch, signal, done);
    }
  };
  const senders = Array.from({ length: IN_FLIGHT }, () =>
    sender().catch((error: unknown) => failing.abort(error)),
  );
  const ended = Promise.all(senders).then(() => {
    failing.signal.throwIfAborted();
  });
  return { done, ended };
};
