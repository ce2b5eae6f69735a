import { type DraftOf, lineOf } from '../../src/collect/canonical.ts';
import { type CollectedLine, isRejection, rejection, type Stamp } from '../../src/collect/line.ts';
import type { EventProtection } from '../../src/collect/protection.ts';
import { native } from '../../src/collect/protocols/native.ts';
import { type QuarantineRow, rejectedLine } from '../../src/events/envelope.ts';
import { type Partition, partitionOf } from '../../src/lake/partition.ts';
import { readBatch } from '../../src/sinks/streamBatch.ts';
import type { Item } from '../input/item.ts';

/** Events that are mapped and checked at a time. */
const BATCH = 1_000;

/** A line for an object of the lake, its \n included. */
export interface LakeLine {
  kind: 'raw' | 'quarantine';
  /** hour of the event; of a row of quarantine that of the import */
  partition: Partition;
  bytes: Buffer;
}

export interface LineMaker {
  id: string;
  source: string;
  receivedAt: Date;
  protection?: EventProtection | undefined;
  map(text: string): string;
}

const stampOf = ({ source, receivedAt, protection }: LineMaker): Stamp => ({
  source,
  receivedAt,
  receivedText: receivedAt.toISOString(),
  // Every mapped event has an id.
  newId: () => '',
  protection,
});

const placeOf = (file: string, line: number): string => `line ${line} of ${file}`;

const rowLine = (row: QuarantineRow): LakeLine => ({
  kind: 'quarantine',
  partition: partitionOf(row.received_at),
  bytes: Buffer.from(`${JSON.stringify(row)}\n`),
});

type Why = Pick<QuarantineRow, 'reason' | 'detail' | 'raw'>;

const rejected = ({ id, source, receivedAt }: LineMaker, why: Why, place: string): LakeLine =>
  rowLine({
    reason: why.reason,
    detail: `${why.detail} (${place})`,
    raw: why.raw.toWellFormed(),
    source,
    received_at: receivedAt.toISOString(),
    sequence: `import ${id}`,
  });

/** The rejected line is the collector's own: what quarantine may have of the event is decided there. */
const rejectedByCollector = (maker: LineMaker, line: CollectedLine, place: string): LakeLine => {
  const { refused, raw } = rejectedLine().parse(JSON.parse(Buffer.from(line.bytes).toString('utf8')));
  return rejected(maker, { ...refused, raw }, place);
};

const NO_TIME =
  'the event has no time, and an import never gives it its own: say which field has it (--time FIELD)';

/** What is imported was sent long ago: its `sent_at` says nothing of a clock, and "now" is not when it happened. */
const historyOf =
  (draftOf: DraftOf): DraftOf =>
  (event) => {
    const draft = draftOf(event);
    if (isRejection(draft)) return draft;
    return (draft.time ?? null) === null
      ? rejection('invalid_event_time', NO_TIME)
      : { ...draft, sentAt: undefined };
  };

const collected = (maker: LineMaker, texts: readonly string[]): CollectedLine[] => {
  const stamp = stampOf(maker);
  // One line more than there are: a body of one line could be taken for a batch of its own form.
  const reading = native.read([...texts, '{}'].join('\n'), true);
  if ('code' in reading)
    throw new Error(`The collector's reading of ${texts.length} lines failed: ${reading.message}`);
  const draftOf = historyOf(reading.draftOf);
  return reading.events.slice(0, -1).map((event) => lineOf(event, draftOf, stamp));
};

/** Landing's own proof, over the very bytes that will be stored. */
const proven = (maker: LineMaker, lines: readonly Buffer[], places: readonly string[]): LakeLine[] => {
  const batch = readBatch(
    lines.map((data, index) => ({
      shard: `import-${maker.id}`,
      sequence: String(index),
      arrived: maker.receivedAt,
      data,
    })),
  );
  const events = batch.events.map(
    ({ partition, data, start, end }): LakeLine => ({
      kind: 'raw',
      partition,
      bytes: data.subarray(start, end),
    }),
  );
  return [...events, ...batch.rejected.map(({ record, row }) => rejected(maker, row, places[record] ?? ''))];
};

const linesOfBatch = (maker: LineMaker, file: string, items: readonly Item[]): LakeLine[] => {
  const readable = items.filter(({ flaw }) => flaw === undefined);
  const lines = collected(
    maker,
    readable.map(({ text }) => maker.map(text)),
  );
  const events: Buffer[] = [];
  const places: string[] = [];
  const rejections: LakeLine[] = [];
  for (const [index, line] of lines.entries()) {
    const place = placeOf(file, readable[index]?.line ?? 0);
    if ('refused' in line) rejections.push(rejectedByCollector(maker, line, place));
    else {
      events.push(Buffer.from(line.bytes));
      places.push(place);
    }
  }
  const flawed = items.flatMap(({ line, text, flaw }) =>
    flaw === undefined
      ? []
      : [rejected(maker, { ...flaw, raw: maker.protection === undefined ? text : '' }, placeOf(file, line))],
  );
  return [...proven(maker, events, places), ...rejections, ...flawed];
};

/**
 * What the pipeline would make of these events, had they come over HTTP: mapped, made canonical and protected as the collector
 * does it, proven as landing does it. Each item becomes one line, for raw/ or for quarantine/.
 */
export const lakeLines = (maker: LineMaker, file: string, items: readonly Item[]): LakeLine[] => {
  const lines: LakeLine[] = [];
  for (let at = 0; at < items.length; at += BATCH)
    lines.push(...linesOfBatch(maker, file, items.slice(at, at + BATCH)));
  return lines;
};
