import { createReadStream } from 'node:fs';
import {
  type CanonicalEvent,
  canonicalEvent,
  type QuarantineRow,
  type RejectionReason,
} from '../../events/envelope.ts';
import { flawOf, isObject, parseJson } from '../../json/parse.ts';
import { memberText } from '../../json/slices.ts';
import { type Partition, partitionOf } from '../../lake/partition.ts';
import { once } from '../../once.ts';
import type { RawFile } from '../../ports/build.ts';
import * as z from '../../schema.ts';

const NEWLINE = 0x0a;

/** The lines of a file as bytes, without their newlines. */
export async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      yield rest.length === 0
        ? chunk.subarray(start, at)
        : Buffer.concat([...rest, chunk.subarray(start, at)]);
      rest = [];
      start = at + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

interface RejectedLine {
  reason: RejectionReason;
  detail: string;
  /** the line's JSON, if it is any */
  value: unknown;
  raw: string;
}

type ExactLine = { event: CanonicalEvent; context: string; properties: string } | RejectedLine;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decode = (line: Uint8Array): string | undefined => {
  try {
    return strictUtf8.decode(line);
  } catch {
    return undefined;
  }
};

/** Reasons of the closed list that say more than `invalid_event`. */
const reasonOf = (field: PropertyKey | undefined): RejectionReason => {
  if (field === 'event_name') return 'missing_event_name';
  return field === 'event_time' ? 'invalid_event_time' : 'invalid_event';
};

/** One line of a raw object, read strictly: an event of the partition with the exact text of its JSON, or why not. */
export const readLine = (line: Uint8Array, partition: Partition): ExactLine => {
  const text = decode(line);
  if (text === undefined) {
    const raw = Buffer.from(line).toString('utf8');
    return { reason: 'invalid_unicode', detail: 'the line must be UTF-8', value: undefined, raw };
  }
  const refuse = (reason: RejectionReason, detail: string, value?: unknown): ExactLine => ({
    reason,
    detail,
    value,
    raw: text,
  });
  const parsed = parseJson(text);
  if (parsed === undefined) return refuse('invalid_json', 'the line must be JSON');
  const { value } = parsed;
  if (!isObject(value)) return refuse('not_an_object', 'the line is JSON, but no object');
  const event = canonicalEvent().safeParse(value);
  if (!event.success) {
    const [issue] = event.error.issues;
    const field = issue?.path[0];
    return refuse(reasonOf(field), `${issue?.path.join('.') || 'event'}: ${issue?.message}`, value);
  }
  if (flawOf(value) === 'lone_surrogate')
    return refuse('invalid_unicode', 'a text has a lone surrogate', value);
  if (partitionOf(event.data.event_time) !== partition) {
    return refuse(
      'invalid_event_time',
      `event_time is outside of the hour ${partition} it was stored under`,
      value,
    );
  }
  const context = memberText(text, 'context') ?? '{}';
  return { event: event.data, context, properties: memberText(text, 'properties') ?? '{}' };
};

const said = /* @__PURE__ */ once(() =>
  z.catch(
    z.object({
      source: z.catch(z.nullable(z.string()), null),
      received_at: z.catch(z.nullable(z.iso.datetime({ precision: 3 })), null),
    }),
    { source: null, received_at: null },
  ),
);

/** The row that a rejected line leaves in quarantine/: its sender and time as far as the line tells them. */
export const rejectedRow = (line: RejectedLine, file: RawFile): QuarantineRow => {
  const { source, received_at } = said().parse(line.value);
  return {
    reason: line.reason,
    detail: line.detail,
    raw: line.raw,
    source,
    received_at: received_at ?? file.writtenAt.toISOString(),
    sequence: file.key,
  };
};
