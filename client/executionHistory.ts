import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { readableCause } from '../src/etl/cause.ts';

/** What is told of an execution while it is followed, in the order in which it happens. */
export type Step =
  | { kind: 'entered'; state: string; within: boolean }
  | { kind: 'left'; state: string; within: boolean; ms: number }
  | { kind: 'failed'; state: string; reason: string }
  /** A Map begins, or an iteration of it has ended. */
  | { kind: 'map'; state: string; total: number }
  | { kind: 'iteration'; state: string; ended: number; total: number };

export type OnStep = (step: Step) => void;

/** Where an event belongs: iterations of a Map run side by side, so it is where its predecessor is. */
interface Place {
  state: string;
  /** In an iteration of a Map or a branch of a Parallel, where the same state may be entered many times. */
  within: boolean;
}

interface Entry {
  within: boolean;
  /** epoch ms */
  at: number;
}

interface IterationsOf {
  ended: number;
  total: number;
}

const iterationOf = (event: HistoryEvent): { name: string; begins: boolean } | undefined => {
  const begun = event.mapIterationStartedEventDetails;
  const ended =
    event.mapIterationSucceededEventDetails ??
    event.mapIterationFailedEventDetails ??
    event.mapIterationAbortedEventDetails;
  const name = (begun ?? ended)?.name;
  return name === undefined ? undefined : { name, begins: begun !== undefined };
};

/**
 * Reads the history of an execution event by event and tells what happens. `seen` is the number of the last event.
 * Source: HistoryEvent in the API reference of Step Functions.
 */
export const createHistory = (tell: OnStep) => {
  const places = new Map<number, Place>();
  const entries = new Map<string, Entry>();
  const maps = new Map<string, IterationsOf>();
  let last = 0;

  const placeOf = (event: HistoryEvent, before: Place): Place => {
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) return { state: entered, within: before.within };
    const iteration = iterationOf(event);
    if (iteration === undefined) return before;
    return {
      state: iteration.name,
      within: iteration.begins || entries.get(iteration.name)?.within === true,
    };
  };

  const enter = (state: string, within: boolean, at: number): void => {
    entries.set(state, { within, at });
    tell({ kind: 'entered', state, within });
  };

  const leave = (state: string, at: number): void => {
    const entry = entries.get(state) ?? { within: false, at };
    tell({ kind: 'left', state, within: entry.within, ms: Math.max(0, at - entry.at) });
  };

  const beginMap = (state: string, total: number): void => {
    maps.set(state, { ended: 0, total });
    tell({ kind: 'map', state, total });
  };

  const endIteration = (state: string): void => {
    const map = maps.get(state);
    if (map === undefined) return;
    map.ended += 1;
    tell({ kind: 'iteration', state, ...map });
  };

  const add = (event: HistoryEvent): void => {
    const place = placeOf(event, places.get(event.previousEventId ?? 0) ?? { state: '', within: false });
    last = event.id ?? last;
    places.set(last, place);
    const at = event.timestamp?.getTime() ?? 0;
    if (event.stateEnteredEventDetails) enter(place.state, place.within, at);
    if (event.stateExitedEventDetails) leave(event.stateExitedEventDetails.name ?? '', at);
    const total = event.mapStateStartedEventDetails?.length;
    if (total !== undefined) beginMap(place.state, total);
    const iteration = iterationOf(event);
    if (iteration?.begins === false) endIteration(iteration.name);
    const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (failed)
      tell({
        kind: 'failed',
        state: place.state,
        reason: `${failed.error}: ${readableCause(failed.cause ?? '')}`,
      });
  };

  return { add, seen: (): number => last };
};
