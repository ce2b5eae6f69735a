import type { ExecutionContext } from './context.ts';
import type { Coverage } from './coverage.ts';
import type { History } from './history.ts';
import type { Host } from './host.ts';
import type { Randomness } from './scope.ts';
import type { Standing, StandingParts } from './standing.ts';
import type { TaskRunner } from './tasks.ts';
import type { Timer } from './timer.ts';
import type { Json, JsonObject, Payload } from './values.ts';

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
  /** undefined before it begins, and once it has ended well */
  place?: Place | undefined;
}

/** The state that a branch runs or is about to enter. */
export interface Place {
  readonly state: string;
  readonly input: Payload;
  /** id of the event that the state's first one follows */
  readonly after: number;
  /** where it goes on from */
  readonly past: Standing | undefined;
  /** once it is entered */
  visit?: Visited;
}

/** What is to be kept of a state that was entered. */
interface Visited {
  readonly enteredId: number;
  readonly enteredAt: number;
  /** of the attempt before, until this one begins */
  readonly resumed: StandingParts | undefined;
  /** of this attempt */
  readonly parts: Parts | undefined;
  readonly mapRun: boolean;
}

/** The branches of a Parallel or the items of a Map in an attempt, by their index, as far as they have begun. */
export interface Parts {
  readonly startedId: number;
  readonly begun: Map<number, Part>;
}

export type Part = { output: Json } | { branch: Branch } | { at: Standing };

/** Where a part goes on from that had begun before. */
export const standingIn = (part: Part | undefined): Standing | undefined =>
  part !== undefined && 'at' in part ? part.at : undefined;

export const innerBranch = (
  outer: Branch,
  signal: AbortSignal,
  item = outer.item,
  cursor = outer.cursor,
): Branch => ({ cursor, signal, variables: new Map(outer.variables), item });

export const instant = (ms: number): string => new Date(ms).toISOString();
