import { aws } from './assumptions/aws.ts';
import { pipeline } from './assumptions/pipeline.ts';
import { postgresAssumptions } from './assumptions/postgres.ts';
import { traffic } from './assumptions/traffic.ts';

/**
 * Every assumption of `headrace cost` and `headrace simulate`, each once, with its unit and its source; they stand in
 * four files because they are many. The table in docs/reference/planner.md is generated from here. Use them as
 * `assumptions.name.value`: that table finds by this form where each is used.
 */
export const assumptions = { ...pipeline, ...traffic, ...aws, ...postgresAssumptions } as const;
