/** A test of a project: one file of tests/, read and right. */
export interface ProjectTest {
  /** as a person names it: `tests/daily_sales.yml` */
  file: string;
  description: string;
  /** in the order in which they are sent */
  events: readonly SentEvent[];
  rejected: readonly ExpectedRejection[];
  expect: readonly Expectation[];
  failingChecks: readonly FailingCheck[];
}

export interface SentEvent {
  /** its JSON, as it goes into the request */
  text: string;
  /** whose write key sends it */
  source: string;
  /** where it stands: the test's file, or the one that `sendFile` names */
  file: string;
  line: number;
  /** sent by itself, so that it is received before the next one; lines of `sendFile` go in batches */
  alone: boolean;
}

export interface ExpectedRejection {
  /** null: of an event whose id cannot be read, such as a line that is not JSON */
  eventId: string | null;
  /** a part of the reason and its detail */
  reason: string;
  line: number;
}

/** A check that must find something. */
export interface FailingCheck {
  name: string;
  line: number;
}

export interface Expectation {
  line: number;
  query: string;
  /** whether its outermost part has ORDER BY */
  ordered: boolean;
  rows: readonly ExpectedRow[];
}

/** By column: null, texts, booleans, numbers as their text (JSON.rawJSON), arrays and objects of these. */
export type ExpectedRow = Readonly<Record<string, unknown>>;

/** One thing that is otherwise than a test expects. */
export interface Failure {
  /** in the test's file */
  line?: number;
  says: string;
  query?: string;
  differences?: readonly Difference[];
}

/** Of one row: what was expected, what was there, and which values differ. */
export interface Difference {
  expected?: ExpectedRow;
  got?: Readonly<Record<string, unknown>>;
  /** a sentence for each value that differs */
  values: readonly string[];
}
