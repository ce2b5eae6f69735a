import { AwsError, type FunctionInvoker, type Measure, type Timer } from '../../contracts.ts';
import { meterOf } from '../../meter.ts';
import { functionNameOf } from '../runtime.ts';
import { doneBefore } from './batchResponse.ts';
import { type EventRecord, eventPayload } from './event.ts';
import type { Discarded } from './failureRecord.ts';
import type { MappingSpec } from './mappingSpec.ts';
import { AGGREGATE, EARLY, type TumblingWindow, type WindowCall } from './tumbling.ts';

export interface DeliveryPorts {
  invoker: FunctionInvoker;
  timer: Timer;
  signal: AbortSignal;
  /** since when this emulator has been up: records do not age while nobody could take them */
  startedMs: number;
  measure?: Measure;
  /** the window that the batch is of, where the mapping has windows */
  window?: TumblingWindow;
  /** A window has ended: the records up to this one need not come again. */
  ended?(sequenceNumber: string): void;
  /** The records up to this one are done with. */
  progress(sequenceNumber: string): void;
  /** A batch given up: to the on-failure destination. */
  discard(batch: Omit<Discarded, 'uuid' | 'functionArn' | 'streamArn' | 'shardId'>): Promise<void>;
}

/** A stretch of the batch that succeeds or fails as one. */
interface Piece {
  records: readonly EventRecord[];
  retries: number;
  invocations: number;
  /** calls that Lambda turned away: they use up no retry */
  throttles: number;
  functionError?: string;
}

/** Lambda's pollers back off like this: the first retry comes soon, a lasting outage costs a call a minute. */
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 60_000;

/** Lambda itself did not run the function. */
const turnedAway = new Set(['TooManyRequestsException', 'ServiceException']);

/**
 * Takes a batch through its function, in order, until every record is processed or given up. Rejects only with the
 * signal's reason, or when the on-failure destination fails; what was reported as progress stays so.
 */
export const deliver = async (
  batch: readonly EventRecord[],
  spec: MappingSpec,
  ports: DeliveryPorts,
): Promise<void> => {
  const pieces: Piece[] = [fresh(batch)];
  for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
    const live = await withoutExpired(piece, spec, ports);
    if (live.records.length === 0) continue;
    const next = await attempt(live, spec, ports);
    // Killed because the emulator stops: that is no failure of the function.
    if (next.length > 0) ports.signal.throwIfAborted();
    pieces.unshift(...next);
  }
};

const fresh = (records: readonly EventRecord[]): Piece => ({
  ...{ records, retries: 0, invocations: 0, throttles: 0 },
});

/** One call; returns what is left to do. */
const attempt = async (piece: Piece, spec: MappingSpec, ports: DeliveryPorts): Promise<Piece[]> => {
  const payload = payloadOf(piece.records, ports);
  measureAge(piece.records, spec, ports);
  const outcome = await invoke(payload, spec, ports);
  if (outcome === 'throttled') {
    await ports.timer.sleep(backoffMs(piece.throttles), ports.signal);
    return [{ ...piece, throttles: piece.throttles + 1 }];
  }
  const done = doneOf(outcome, piece.records, spec, ports);
  const last = piece.records[done - 1];
  if (last) ports.progress(last.sequenceNumber);
  const rest = piece.records.slice(done);
  const meter = eventMeter(spec, ports);
  meter('InvokedEventCount', piece.records.length);
  // Of records in a call that threw only Lambda's Errors tell; these are those it was handed back.
  if (!outcome.functionError) meter('FailedInvokeEventCount', rest.length);
  if (ports.window?.isTooLarge) await endWindow(ports.window, EARLY, spec, ports);
  if (rest.length === 0) return [];
  ports.signal.throwIfAborted();
  if (done > 0) return goneOn(rest, spec, ports);
  const { functionError } = outcome;
  const failed = {
    ...piece,
    invocations: piece.invocations + 1,
    ...(functionError ? { functionError } : {}),
  };
  return after(failed, spec, ports);
};

const payloadOf = (records: readonly EventRecord[], { window }: DeliveryPorts): string =>
  window === undefined ? eventPayload(records) : window.event(records, AGGREGATE);

/**
 * The call without records that ends a window. It is repeated until it succeeds: "If invocation is unsuccessful, your Lambda
 * function suspends further processing until a successful invocation."
 */
export const endWindow = async (
  window: TumblingWindow,
  call: WindowCall,
  spec: MappingSpec,
  ports: DeliveryPorts,
): Promise<void> => {
  const { taken } = window;
  for (let tries = 0; ; tries += 1) {
    const outcome = await invoke(window.event([], call), spec, ports);
    ports.signal.throwIfAborted();
    const called = outcome !== 'throttled' && outcome.functionError === undefined;
    if (called && window.ends(outcome.payload, spec.reportsItemFailures)) break;
    await ports.timer.sleep(backoffMs(tries), ports.signal);
  }
  if (taken !== undefined) ports.ended?.(taken);
};

/**
 * What is left after a partial success is a batch of its own, with all its retries: the shard has gone on. With
 * bisecting on, the cut where the function failed is the bisection, which comes without a pause.
 */
const goneOn = async (
  rest: readonly EventRecord[],
  { bisect }: MappingSpec,
  { timer, signal }: DeliveryPorts,
): Promise<Piece[]> => {
  if (!bisect) await timer.sleep(FIRST_BACKOFF_MS, signal);
  return [fresh(rest)];
};

/** What becomes of a batch that failed whole: halves, another try, or the on-failure destination. */
const after = async (failed: Piece, spec: MappingSpec, ports: DeliveryPorts): Promise<Piece[]> => {
  const { records } = failed;
  if (spec.bisect && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    return [
      { ...failed, records: records.slice(0, middle) },
      { ...failed, records: records.slice(middle) },
    ];
  }
  if (spec.maxRetries !== undefined && failed.retries >= spec.maxRetries) {
    await giveUp(failed, 'RetryAttemptsExhausted', spec, ports);
    return [];
  }
  await ports.timer.sleep(backoffMs(failed.retries), ports.signal);
  return [{ ...failed, retries: failed.retries + 1 }];
};

const invoke = async (payload: string, spec: MappingSpec, ports: DeliveryPorts) => {
  try {
    return await ports.invoker.invoke(spec.functionName, payload);
  } catch (error) {
    ports.signal.throwIfAborted();
    if (error instanceof AwsError && turnedAway.has(error.code)) return 'throttled';
    throw error;
  }
};

const doneOf = (
  outcome: { payload: string; functionError?: string },
  records: readonly EventRecord[],
  spec: MappingSpec,
  { window }: DeliveryPorts,
): number => {
  if (outcome.functionError) return 0;
  const done = spec.reportsItemFailures ? doneBefore(outcome.payload, records) : records.length;
  // A batch that failed whole comes again with the state of before.
  return done > 0 && window !== undefined && !window.keep(outcome.payload) ? 0 : done;
};

/** Records that are too old to be tried (again) are given up; the piece goes on without them. */
const withoutExpired = async (piece: Piece, spec: MappingSpec, ports: DeliveryPorts): Promise<Piece> => {
  const { maxAgeSeconds } = spec;
  if (maxAgeSeconds === undefined) return piece;
  const oldest = ports.timer.now() - maxAgeSeconds * 1000;
  const alive = piece.records.findIndex(({ arrivalMs }) => Math.max(arrivalMs, ports.startedMs) >= oldest);
  if (alive === 0) return piece;
  const end = alive === -1 ? piece.records.length : alive;
  await giveUp({ ...piece, records: piece.records.slice(0, end) }, 'RecordAgeExceeded', spec, ports);
  return { ...piece, records: piece.records.slice(end) };
};

const giveUp = async (
  { records, invocations, functionError }: Piece,
  condition: Discarded['condition'],
  spec: MappingSpec,
  ports: DeliveryPorts,
): Promise<void> => {
  await ports.discard({ records, payload: payloadOf(records, ports), condition, invocations, functionError });
  const lost = spec.onFailure ? 'OnFailureDestinationDeliveredEventCount' : 'DroppedEventCount';
  eventMeter(spec, ports)(lost, records.length);
  const last = records.at(-1);
  if (last) ports.progress(last.sequenceNumber);
};

const backoffMs = (tries: number): number => Math.min(FIRST_BACKOFF_MS * 2 ** tries, LONGEST_BACKOFF_MS);

/** Metrics of the mapping itself, which it publishes when its MetricsConfig asks for them. */
const eventMeter = ({ uuid, countsEvents }: MappingSpec, { measure }: DeliveryPorts) =>
  meterOf(countsEvents ? measure : undefined, 'AWS/Lambda', { EventSourceMappingUUID: uuid });

/** How old the last record of a batch is when the function gets it. */
const measureAge = (
  records: readonly EventRecord[],
  { functionName }: MappingSpec,
  ports: DeliveryPorts,
): void => {
  const last = records.at(-1);
  if (!last) return;
  const meter = meterOf(ports.measure, 'AWS/Lambda', { FunctionName: functionNameOf(functionName) });
  meter('IteratorAge', Math.max(0, ports.timer.now() - last.arrivalMs), 'Milliseconds');
};
