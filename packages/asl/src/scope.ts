import type { Json, JsonObject } from './values.ts';

/** Variables of `Assign`, as a state sees them. Branches and iterations get a scope of their own over the outer. */
export type Variables = ReadonlyMap<string, Json>;

/** What an expression of a state may look at. */
export interface Scope {
  /** `$` of JSONPath, `$states.input` of JSONata */
  readonly input: Json;
  /** `$states.result` */
  readonly result?: Json;
  /** `$states.errorOutput` */
  readonly errorOutput?: Json;
  /** `$$`, `$states.context`; built only when asked for */
  context(): JsonObject;
  readonly variables: Variables;
  /** Injected, so that a test or a replay gets the same answer twice. */
  readonly random: Randomness;
}

export interface Randomness {
  /** in [0, 1) */
  next(): number;
  uuid(): string;
}
