export { chainPoints } from './branches.ts';
export { compileMachine, coverageOf, type Machine } from './compile/machine.ts';
export type { Coverage } from './coverage.ts';
export { type Problem, StatesError } from './errors.ts';
export { type ExecutionContext, instant } from './execution.ts';
export { type HistoryEvent, historyLimit } from './history.ts';
export { type Outcome, type Running, startMachine } from './run.ts';
export type { TaskCall, TaskRunner } from './tasks.ts';
export {
  canonical,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
  payloadLimit,
  tooLarge,
} from './values.ts';
