import type { Json, TaskCall } from 'headrace-asl';
import { type Outcome, StatesError, startMachine } from 'headrace-asl';
import { aboutExecution, virtualTimer } from 'headrace-asl/testing';
import type { Clock } from '../../../src/ports/clock.ts';
import { type Drill, MARK } from './machine.ts';

/** Whatever a machine's tasks call: answers as AWS does, or throws StatesError. Must not wait for anything real. */
export interface Dependencies {
  answer(state: string, input: Json): Promise<Json> | Json;
}

/** What a call meets instead of the dependencies: an error, nothing at all until it times out, or a wrong answer. */
export type Fault = { error: string; cause?: string } | 'hangs' | { answer: Json };

/** A fault for a call of a state, by the state's path; `number` counts the calls with the same input, from 1. */
export type Faults = { readonly [state: string]: (number: number, input: Json) => Fault | undefined };

/** One attempt of a task. */
export interface Attempt {
  state: string;
  input: Json;
  /** virtual ms */
  from: number;
  to: number;
  error: string | undefined;
}

export interface Ran {
  status: Outcome['status'];
  output: Json | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** names of the states in the order they were entered */
  entered: string[];
  attempts: Attempt[];
  /** of one state's tasks with the same input: ms between a failure and the next attempt */
  waits(state: string): number[];
  events: number;
  /** bytes of the largest input or output of a state */
  largest: number;
  /** virtual ms it all took */
  took: number;
}

export interface Run {
  input: Json;
  dependencies: (clock: Clock) => Dependencies;
  faults?: Faults | undefined;
  /** in [0, 1): where in its range a jittered wait falls */
  random?: (() => number) | undefined;
}

/** The same numbers for the same seed; mulberry32. */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A call nobody answers: over when nobody waits for it any more. */
const silence = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

const waitsIn = (attempts: readonly Attempt[], state: string): number[] => {
  const of = attempts.filter((one) => one.state === state);
  return of.flatMap((failed, at) => {
    if (failed.error === undefined) return [];
    const same = JSON.stringify(failed.input);
    const next = of.slice(at + 1).find((one) => JSON.stringify(one.input) === same);
    return next === undefined ? [] : [next.from - failed.to];
  });
};

/** Runs a machine to its end, whatever that is. Hours of waiting take no time. */
export const runDrill = async (drill: Drill, run: Run): Promise<Ran> => {
  const timer = virtualTimer();
  const started = timer.now();
  const dependencies = run.dependencies({ now: () => new Date(timer.now()) });
  const attempts: Attempt[] = [];
  const calls = new Map<string, number>();
  const entered: string[] = [];
  let events = 0;
  let largest = 0;

  const meet = (state: string, { input, signal }: TaskCall): Promise<Json> | Json => {
    const same = `${state} ${JSON.stringify(input)}`;
    const number = (calls.get(same) ?? 0) + 1;
    calls.set(same, number);
    const fault = run.faults?.[state]?.(number, input);
    if (fault === undefined) return dependencies.answer(state, input);
    if (fault === 'hangs') return silence(signal);
    if ('answer' in fault) return fault.answer;
    throw new StatesError(fault.error, fault.cause ?? `${fault.error} as the scenario wants it`);
  };
  const attempt = async (call: TaskCall): Promise<Json> => {
    const state = call.resource.slice(call.resource.indexOf(MARK) + 1);
    const now = timer.now();
    const one: Attempt = { state, input: call.input, from: now, to: now, error: undefined };
    attempts.push(one);
    try {
      return await meet(state, call);
    } catch (error) {
      one.error = error instanceof StatesError ? error.error : 'States.Timeout';
      throw error;
    } finally {
      one.to = timer.now();
    }
  };

  const running = startMachine(drill.machine, {
    about: aboutExecution(run.input),
    tasks: { refusal: () => undefined, run: attempt },
    timer,
    random: { next: run.random ?? seeded(1), uuid: () => '00000000-0000-4000-8000-000000000000' },
    coverage: drill.coverage,
    onEvent: ({ details }) => {
      events += 1;
      for (const detail of Object.values(details)) {
        if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) continue;
        const { name, input, output } = detail;
        if (typeof name === 'string' && typeof input === 'string') entered.push(name);
        for (const text of [input, output])
          if (typeof text === 'string') largest = Math.max(largest, Buffer.byteLength(text));
      }
    },
  });
  const outcome = await running.outcome;
  const failed = outcome.status === 'SUCCEEDED' ? undefined : outcome;
  return {
    status: outcome.status,
    output: outcome.status === 'SUCCEEDED' ? JSON.parse(outcome.output) : undefined,
    error: failed?.error,
    cause: failed?.reason,
    entered,
    attempts,
    waits: (state) => waitsIn(attempts, state),
    events,
    largest,
    took: timer.now() - started,
  };
};
