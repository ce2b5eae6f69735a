import { compileMachine, coverageOf, type Machine } from '../../src/compile/machine.ts';
import type { HistoryEvent } from '../../src/history.ts';
import { type Outcome, type RunOptions, startMachine } from '../../src/run.ts';
import type { Randomness } from '../../src/scope.ts';
import type { TaskCall, TaskRunner } from '../../src/tasks.ts';
import { aboutExecution } from '../../src/testing/aboutExecution.ts';
import { virtualTimer } from '../../src/testing/virtualTimer.ts';
import type { Json, JsonObject } from '../../src/values.ts';

export type Handler = (input: Json, call: TaskCall) => Promise<Json> | Json;

/** Of most tasks in the tests. */
export const resource = 'arn:aws:states:::lambda:invoke';

/** A task runner of plain functions, by resource. */
export const tasksOf = (handlers: { [resource: string]: Handler }): TaskRunner => ({
  refusal: (resource) => (handlers[resource] ? undefined : `no handler for ${resource}`),
  heartbeats: (resource) => resource.endsWith('.waitForTaskToken'),
  run: async (call) => handlers[call.resource]!(call.input, call),
});

export const compile = (definition: JsonObject, tasks = tasksOf({})): Machine => {
  const { machine, problems } = compileMachine(JSON.stringify(definition), tasks);
  if (machine === undefined) throw new Error(`refused: ${JSON.stringify(problems)}`);
  return machine;
};

/** Jitter is always one half, and ids are counted from 1. */
export const countedRandomness = (name: (count: number) => string): Randomness => {
  let count = 0;
  return {
    next: () => 0.5,
    uuid: () => {
      count += 1;
      return name(count);
    },
  };
};

export interface Ran {
  outcome: Outcome;
  /** the output as a value; undefined when there is none */
  output: Json | undefined;
  events: HistoryEvent[];
  slept: number[];
  missing: string[];
}

/** Runs a definition to its end in virtual time, with jitter 0.5 and counted uuids. */
export const runDefinition = async (
  definition: JsonObject,
  input: Json,
  handlers: { [resource: string]: Handler } = {},
  options: Partial<RunOptions> = {},
): Promise<Ran> => {
  const tasks = tasksOf(handlers);
  const machine = compile(definition, tasks);
  const coverage = coverageOf(machine);
  const timer = virtualTimer();
  const events: HistoryEvent[] = [];
  const random = countedRandomness((count) => `uuid-${count}`);
  const about = aboutExecution(input);
  const running = startMachine(machine, {
    about,
    tasks,
    timer,
    random,
    coverage,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const outcome = await running.outcome;
  const output: Json | undefined = outcome.status === 'SUCCEEDED' ? JSON.parse(outcome.output) : undefined;
  return { outcome, output, events, slept: timer.slept, missing: coverage.report().missing };
};
