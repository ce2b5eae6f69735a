/**
 * What the page asks the server of `headrace console`, and what it gets: types only, so that neither side holds code
 * of the other. A call is a POST to /api/NAME with its input as JSON. The answer is lines of JSON: progress, as long as
 * the work takes, and then the result or the problem. To cancel a call, close its connection.
 */
export interface Calls {
  stage: { input: object; result: StageFacts };
  overview: { input: { days: number }; result: Overview };
  reconcile: { input: { days: number }; result: Reconciled };
  live: { input: { minutes: number }; result: Live };
  runs: { input: object; result: { runs: RunShown[] } };
  run: { input: { machine: Machine; name: string }; result: RunDetails };
  tables: { input: object; result: { tables: TableShown[] } };
  ask: { input: { sql: string }; result: Answer };
  asked: { input: object; result: { queries: AskedQuery[] } };
  events: { input: object; result: { types: EventTypeShown[] } };
  observed: { input: { days: number; eventName: string }; result: Observed };
  quarantine: { input: Days; result: QuarantineGroups };
  quarantineRows: { input: RowsWanted; result: QuarantineRows };
  replay: { input: RowsWanted & ReplayWith; result: Replayed };
  trace: { input: TraceInput; result: Traced };
}

/** One line of an answer. */
export type Line<Result> =
  | { progress: Progress }
  /** `asOf`: when the server began to look */
  | { result: Result; asOf: string }
  | { problem: Problem };

export interface Progress {
  text: string;
  /** both, or none: how much of how much */
  done?: number;
  total?: number;
}

export interface Problem {
  message: string;
  /** what to do about it */
  next: string;
}

export interface StageFacts {
  stage: string;
  local: boolean;
  database: string;
  /** its clocks: IANA name */
  timeZone: string;
  version: string;
}

/** Values a minute; a minute without a value has none. */
export interface Series {
  /** starts of minutes, epoch seconds, ascending */
  at: number[];
  values: number[];
}

export interface Overview {
  rates: Record<'accepted' | 'rejected' | 'landed' | 'landLagMs', Series>;
  /** newest last */
  hours: HourBalance[];
  waiting: { hours: number; more: boolean; oldestSince: string | null; days: number };
  lastLanded: string | null;
  alarms: Alarm[];
  runs: RunShown[];
}

/** Of the build that readers see, as the ledger noted it. */
export interface HourBalance {
  /** UTC: 2026-11-01T05 */
  hour: string;
  raw: number;
  curated: number;
  duplicates: number;
  rejected: number;
  builtAt: string | null;
  staleSince: string | null;
  failure: string | null;
}

export interface Reconciled {
  hours: number;
  raw: number;
  curated: number;
  duplicates: number;
  rejected: number;
  pending: number;
  differences: string[];
}

export interface Alarm {
  name: string;
  since: string;
  description: string;
  entry: RunbookEntry | null;
}

export interface RunbookEntry {
  name: string;
  text: string;
}

export interface Live {
  windows: LiveWindow[];
}

export interface LiveWindow {
  name: string;
  seconds: number;
  measures: string[];
  rows: LiveRow[];
}

export interface LiveRow {
  start: string;
  group: Record<string, string | null>;
  measures: Record<string, number | null>;
}

export type Machine = 'etl' | 'backfill';

export interface RunShown {
  machine: Machine;
  name: string;
  status: string;
  startedAt: string;
  seconds: number | null;
}

export interface GraphState {
  name: string;
  type: string;
  comment: string;
  /** the Map or Parallel it is in */
  within: string | null;
}

export interface GraphEdge {
  from: string;
  to: string;
  kind: 'next' | 'catch';
}

export interface StateOfRun {
  name: string;
  status: 'running' | 'succeeded' | 'failed';
  entered: number;
  left: number;
  ms: number;
  /** items of a Map */
  items: { ended: number; total: number } | null;
  /** of its tries, the last first */
  errors: string[];
}

export interface RunDetails {
  run: RunShown;
  states: GraphState[];
  edges: GraphEdge[];
  reached: StateOfRun[];
  input: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  entry: RunbookEntry | null;
}

export interface TableShown {
  name: string;
  kind: 'table' | 'view';
  comment: string;
  columns: { name: string; type: string; comment: string; partition: boolean }[];
}

interface Cost {
  bytesScanned: number;
  /** what Athena bills for it */
  usd: number;
  /** on an emulator: nothing is billed here */
  wouldBe: boolean;
}

export interface Answer extends Cost {
  id: string;
  columns: string[];
  types: string[];
  rows: (string | null)[][];
  /** there are more rows than are sent to the page */
  more: boolean;
  ms: number;
}

export interface AskedQuery {
  id: string;
  sql: string;
  at: string;
  state: string;
  bytesScanned: number;
}

export interface EventTypeShown {
  name: string;
  view: string;
  comment: string;
  strict: string;
  columns: { name: string; type: string; comment: string; from: string[]; pii: string }[];
}

export interface Observed extends Cost {
  properties: { name: string; type: string; events: number; declared: boolean }[];
}

/** Days of quarantine in UTC, `to` exclusive. */
export interface Days {
  from: string;
  to: string;
}

export interface RowsWanted extends Days {
  reason: string;
  /** null: rows that nobody knows the source of */
  source: string | null;
}

export interface QuarantineGroups {
  rows: number;
  replayed: number;
  open: number;
  failedBatches: number;
  groups: {
    day: string;
    reason: string;
    source: string | null;
    rows: number;
    replayed: number;
    open: number;
    detail: string;
  }[];
}

export interface QuarantineRows {
  rows: {
    id: string;
    receivedAt: string;
    reason: string;
    detail: string;
    source: string | null;
    raw: string;
    replayed: string | null;
  }[];
  more: boolean;
}

interface ReplayWith {
  dryRun: boolean;
  /** a fix file's text, empty for none */
  fix: string;
  /** of a deployed stage: its collector, and a write key of the source */
  url: string;
  key: string;
}

export interface Replayed {
  dryRun: boolean;
  /** what a dry run would send, or what the collector accepted */
  sent: number;
  /** lines that would be sent */
  examples: string[];
  told: string[];
}

export interface TraceInput {
  eventId: string;
  source: string;
  /** both, or neither; `to` exclusive */
  from: string;
  to: string;
}

export interface Traced extends Cost {
  from: string;
  to: string;
  why: string;
  queries: number;
  events: {
    source: string | null;
    eventName: string | null;
    eventTime: string | null;
    where: string;
    steps: { at: string | null; what: string; text: string }[];
  }[];
  advice: string[];
}
