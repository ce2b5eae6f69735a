import { checks, marts, warnings } from '#project';
import type { Queries } from './tallying.ts';

/** The queries of a run: what stands in queries/. */
export const queries: Queries = { checks, warnings, marts };

export const martNames = queries.marts.map(({ name }) => name);
