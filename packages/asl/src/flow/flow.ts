import type { Scope } from '../scope.ts';
import type { Json } from '../values.ts';

/** A compiled template or expression; JSONata's answer is a promise. */
export type Expression<T = Json> = (scope: Scope) => T | Promise<T>;

/** What a state hands on: its output, and the variables it assigned. */
export interface Finished {
  output: Json;
  assigned: ReadonlyMap<string, Json>;
}

/** How data goes in and out of a state, in its query language. */
export interface Flow {
  /** What the state sees as its input: InputPath of the raw input. */
  input(scope: Scope): Json;
  /** What the state works with: Parameters or Arguments. `scope.input` is what `input` gave. */
  argument: Expression;
  /**
   * The end of a state: ResultSelector, ResultPath, Assign, OutputPath; or Assign and Output.
   * `scope.input` is what `input` gave, `result` is undefined for a state that makes none.
   */
  finish(scope: Scope, raw: Json, result: Json | undefined): Promise<Finished>;
}

/** The end of a state that failed and was caught. */
export type CatchFlow = (scope: Scope, raw: Json, errorOutput: Json) => Promise<Finished>;

export const nothingAssigned: ReadonlyMap<string, Json> = new Map();
