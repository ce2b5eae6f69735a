/**
 * An interpreter of the Amazon States Language. A definition goes in, compiled once; executions come out, with their
 * history. Tasks are yours: a `TaskRunner` is the only way out of the interpreter.
 *
 *     const { machine, problems } = compileMachine(definition, tasks);
 *     if (machine === undefined) throw new Error(JSON.stringify(problems));
 *     const outcome = await startMachine(machine, { about, tasks, timer }).outcome;
 *
 * README.md has an example that runs.
 */

// Compile
// Watch: events of the history, coverage of the definition
export { compileMachine, coverageOf, type Machine } from './compile/machine.ts';
// Run
export type { ExecutionContext } from './context.ts';
export type { Coverage } from './coverage.ts';
export type { Problem } from './errors.ts';
export { StatesError } from './errors.ts';
export { type HistoryEvent, historyLimit } from './history.ts';
// The service around the interpreter: its ids, its names for tasks
export { type Host, limitDetails, type TaskNotes } from './host.ts';
export { type Outcome, type Redrive, type Running, startMachine } from './run.ts';
// Redrive
export { mapRunIn, type Standing, standing } from './standing.ts';
export type { TaskCall, TaskRunner } from './tasks.ts';
export type { Timer } from './timer.ts';

// JSON as the language has it
export {
  canonical,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
  payloadLimit,
  tooLarge,
} from './values.ts';
