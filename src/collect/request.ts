import type { DraftOf } from './canonical.ts';
import type { EventResult } from './results.ts';
import type { SentEvent } from './sentEvent.ts';

/** An HTTP request as the collector sees it. */
export interface CollectorRequest {
  /** names in lower case */
  headers: ReadonlyMap<string, string>;
  /** text where API Gateway gave it as such: turned into bytes it would only have to be turned back */
  body: string | Uint8Array;
  /** what stands behind the question mark of the URL; absent: nothing */
  query?: URLSearchParams;
}

/** Why a whole request was turned away. `message` is for the sender and never repeats what was sent. */
export interface Problem {
  status: 400 | 401 | 413 | 415 | 503;
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
  /** a write key in the body, as browsers send it where they can set no header */
  writeKey?: string | undefined;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** the body is base64 of bytes */
  isBase64Encoded?: boolean;
}

/** One way of sending events: how its bodies are read, and the answer that its clients retry rightly on. Pure. */
export interface Protocol {
  /** `lines`: the content type says NDJSON, so that even a single broken line is an event. */
  read(text: string, lines: boolean, request: CollectorRequest): Reading | Problem;
  /** A body that is not UTF-8: lines, or bytes that are data. Undefined: it is neither. Absent where it never is. */
  readBytes?(bytes: Buffer, lines: boolean, request: CollectorRequest): Reading | Problem | undefined;
  answer(results: readonly EventResult[], request: CollectorRequest): Answer;
  /** Of a request that was turned away as a whole. Absent: `{"error":{"code","message"}}`. */
  problemAnswer?(problem: Problem): Answer;
  /** A write key that stands neither in one of the collector's own headers nor in the body. */
  keyOf?(request: CollectorRequest): string | undefined;
  /**
   * The members of a body that may hold the write key. A request without a key elsewhere whose body has none of these
   * names is turned away unread.
   */
  keyMembers: readonly string[];
}

/** What a library asks for before it sends, and what is no event. Nobody needs a key for it, and it holds no secret. */
export interface Page {
  page(request: CollectorRequest, variables: ReadonlyMap<string, string>): Answer;
}

/** One way in. */
export interface Route {
  /** Method and path: `POST /v1/track`. `{name}` stands for one part of a path. */
  at: string;
  takes: Protocol | Page;
}

/** All that clients of one kind need of the collector. */
export interface ClientFamily {
  name: string;
  routes: readonly Route[];
  /** request headers that its libraries set in browsers: `cors` in resources/params.yml has to allow them */
  browserHeaders: readonly string[];
}
