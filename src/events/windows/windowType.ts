/** What a window counts with: events that were taken, or lines that the collector or `land` rejects. */
export type WindowInput = 'events' | 'rejected';

/** What a column must be for an event to be counted. Values are texts, as in the file: a number keeps its digits. */
export interface Condition {
  column: string;
  /** one of these */
  allowed?: readonly string[];
  /** none of these */
  not?: readonly string[];
  min?: string;
  max?: string;
}

/** What is counted of the events of a group. */
export type Measure =
  | { name: string; what: 'count' }
  | { name: string; what: 'sum' | 'distinct'; column: string };

/** `orders < 1 for 10m` */
export interface WindowAlarm {
  measure: string;
  comparison: '<' | '<=' | '>' | '>=';
  threshold: number;
  seconds: number;
}

/** A window that the project declares: a file of queries/windows/. */
export interface WindowType {
  /** of the file, without .yml; also of its view */
  name: string;
  comment: string;
  of: WindowInput;
  /** seconds; an hour holds them without a rest, so that no window is of two hours */
  every: number;
  /** all of them must hold */
  where: readonly Condition[];
  /** columns whose values make the groups */
  by: readonly string[];
  measures: readonly Measure[];
  /** whether its counts and sums are published to CloudWatch */
  metric: boolean;
  alarm?: WindowAlarm;
}

const commonDivisor = (one: number, other: number): number =>
  other === 0 ? one : commonDivisor(other, one % other);

/**
 * How long the windows of the stream are: the longest of which every declared window is a multiple. All declared
 * windows share one event source mapping, and its parts are added to whatever is longer.
 */
export const baseSeconds = (windows: readonly Pick<WindowType, 'every'>[]): number =>
  windows.reduce((base, { every }) => commonDivisor(every, base), windows[0]?.every ?? 60);
