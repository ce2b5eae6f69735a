import type { ExecutionContext } from './context.ts';
import type { Coverage } from './coverage.ts';
import type { History } from './history.ts';
import type { Host } from './host.ts';
import type { Randomness } from './scope.ts';
import type { TaskRunner } from './tasks.ts';
import type { Timer } from './timer.ts';
import type { Json, JsonObject } from './values.ts';

/** What the states of one execution share. */
export interface Execution {
  readonly history: History;
  readonly timer: Timer;
  readonly random: Randomness;
  readonly tasks: TaskRunner;
  readonly coverage: Coverage | undefined;
  /** `$$.Execution` and `$$.StateMachine` */
  readonly about: ExecutionContext;
  readonly host: Host;
}

/** One thread of an execution: the main line, a branch of a Parallel, an iteration of a Map. */
export interface Branch {
  /** id of the event the next one follows */
  cursor: number;
  readonly signal: AbortSignal;
  /** Variables assigned here do not reach the branch around it. */
  readonly variables: Map<string, Json>;
  /** `$$.Map.Item` */
  readonly item: JsonObject | undefined;
}

export const innerBranch = (
  outer: Branch,
  signal: AbortSignal,
  item = outer.item,
  cursor = outer.cursor,
): Branch => ({ cursor, signal, variables: new Map(outer.variables), item });

export const instant = (ms: number): string => new Date(ms).toISOString();
