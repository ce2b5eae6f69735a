import type { Contracts } from '../events/contract/contracts.ts';
import type { RejectedLine, RejectionReason } from '../events/envelope.ts';
import { MAX_EVENT_BYTES, MAX_RAW_BYTES } from './limits.ts';
import type { EventProtection } from './protection.ts';

/** What the collector adds to every event of a request. */
export interface Stamp {
  source: string;
  receivedAt: Date;
  /** the same as it stands in every line of the request */
  receivedText: string;
  /** ids for events that came without one */
  newId: () => string;
  /** the key that the request came with: browsers send it in the body, and quarantine is not to have it */
  writeKey?: string | undefined;
  /** how long before it was received an event may have happened; undefined: any time */
  maxEventAgeMs?: number | undefined;
  /** where the stage protects personal data */
  protection?: EventProtection | undefined;
  /** Without it the contracts of the project's event types. Only tests have others. */
  contracts?: Contracts | undefined;
}

/** Why an event is none. `detail` is for the sender and for operators; it never repeats what was sent. */
export interface Rejection {
  reason: RejectionReason;
  detail: string;
}

export const rejection = (reason: RejectionReason, detail: string): Rejection => ({ reason, detail });

export const isRejection = (value: object | string): value is Rejection =>
  typeof value === 'object' && 'reason' in value && 'detail' in value;

/** An event that is taken although it contradicts its type's contract (strict: warn). Repeats nothing that was sent. */
export interface Contradiction {
  event: string;
  detail: string;
}

/** A line for the stream, ended by \n: a canonical event, or a rejected one on its way to quarantine. */
export type CollectedLine =
  | { eventId: string; person: string | null; bytes: Uint8Array; contradicts?: Contradiction }
  | { refused: Rejection; bytes: Uint8Array };

/** The longest beginning of a text that fits into so many bytes of UTF-8 and ends with a whole character. */
const beginning = (text: string, maxBytes: number): string => {
  const room = Buffer.alloc(maxBytes);
  return room.subarray(0, room.write(text, 'utf8')).toString('utf8');
};

const write = (refused: Rejection, raw: string, stamp: Stamp): Uint8Array => {
  const line: RejectedLine = {
    refused: { ...refused, source: stamp.source, received_at: stamp.receivedText },
    raw,
  };
  return Buffer.from(`${JSON.stringify(line)}\n`);
};

/**
 * The line of a rejected event. A text beyond MAX_RAW_BYTES is cut, and the detail says so; cut further where
 * escaping would make the line larger than an event may be.
 */
export const rejectedLineOf = (refused: Rejection, text: string, stamp: Stamp): CollectedLine => {
  const size = Buffer.byteLength(text);
  const noted = (kept: number): Rejection => ({
    ...refused,
    detail: `${refused.detail} (raw holds the first ${kept} of its ${size} bytes)`,
  });
  let kept = size;
  let bytes = size > MAX_RAW_BYTES ? undefined : write(refused, text, stamp);
  for (let room = MAX_RAW_BYTES; bytes === undefined || bytes.length > MAX_EVENT_BYTES; room /= 2) {
    const raw = beginning(text, room);
    kept = Buffer.byteLength(raw);
    bytes = write(noted(kept), raw, stamp);
  }
  return { refused: kept === size ? refused : noted(kept), bytes };
};
