import type { DraftOf } from './canonical.ts';
import type { EventResult } from './results.ts';
import type { SentEvent } from './sentEvent.ts';

/** An HTTP request as the collector sees it. */
export interface CollectorRequest {
  /** names in lower case */
  headers: ReadonlyMap<string, string>;
  /** text where API Gateway gave it as such: turned into bytes it would only have to be turned back */
  body: string | Uint8Array;
}

/** Why a whole request was turned away. `message` is for the sender and never repeats what was sent. */
export interface Problem {
  status: 400 | 401 | 404 | 413 | 415 | 503;
  code: string;
  message: string;
}

export const problem = (status: Problem['status'], code: string, message: string): Problem => ({
  status,
  code,
  message,
});

export const isProblem = (value: object | string): value is Problem =>
  typeof value === 'object' && 'code' in value && 'message' in value;

/** The events of a request, in the order they were sent. */
export interface Reading {
  events: readonly SentEvent[];
  draftOf: DraftOf;
  /** a write key in the body, as browsers send it that can set no header */
  writeKey?: string | undefined;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** One way of sending events: how its bodies are read, and the answer that its clients retry rightly on. Pure. */
export interface Protocol {
  /** `lines`: the content type says NDJSON, so that even a single broken line is an event. */
  read(text: string, lines: boolean): Reading | Problem;
  /** A body that is not UTF-8, read line by line; undefined if it is not lines. Absent where there are no lines. */
  readBytes?(bytes: Buffer, lines: boolean): Reading | undefined;
  answer(results: readonly EventResult[]): Answer;
  /** Whether a body may hold the write key: only then is that of a request without one in its headers looked at. */
  keyInBody: boolean;
}
