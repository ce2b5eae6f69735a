import type { Json } from 'headrace-asl';
import { MAX_CHUNKS } from '../../../src/backfill/backfilling.ts';
import { backfillDependencies } from './backfillDependencies.ts';
import { about, always } from './faults.ts';
import type { Faults } from './run.ts';
import type { Course, End, Scenario } from './scenario.ts';

const succeeds: End = { status: 'SUCCEEDED' };
const fails = (error: string): End => ({ status: 'FAILED', error });

const year = { from: '2026-01-01', to: '2027-01-01' };
/** Two chunks, for their days are more than one takes. */
const two = Array.from({ length: 101 }, (_, day) =>
  new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 13),
);
/** Each a chunk of its own, with five at a time twenty days each. */
const full = Array.from({ length: MAX_CHUNKS * 20 }, (_, day) =>
  new Date(Date.UTC(2000, 0, 1 + day)).toISOString().slice(0, 13),
);

const scenario = (
  name: string,
  ends: End,
  faults: Faults = {},
  input: Json = year,
  hours = two,
): Scenario => ({
  name,
  ends,
  faults,
  input,
  dependencies: backfillDependencies(hours),
});

const failedRun = { error: 'States.TaskFailed', cause: '{"Status":"FAILED","Error":"PartitionsFailed"}' };
const wide = { from: '2000-01-01', to: '2030-01-01', force: true, concurrency: 5 };

const base = scenario('a backfill of two chunks goes all the way', succeeds);

/** The ways through backfill that are not one task meeting one fault. */
const paths = {
  all: base,
  planned: scenario('only the plan is asked for', succeeds, {}, { ...year, plan: true }),
  nothing: scenario('a range without raw objects', succeeds, {}, year, []),
  partial: scenario('one chunk of two fails', fails('ChunksFailed'), {
    'RunChunks/RunChunk': about('"from":"2026-01-01T00"', failedRun),
  }),
  allFailed: scenario('every chunk fails', fails('ChunksFailed'), {
    'RunChunks/RunChunk': always(failedRun),
  }),
  wrongInput: scenario('an input nobody understands', fails('InvalidInput'), {}, { from: 'now' }),
  nullInput: scenario('null as the input', fails('InvalidInput'), {}, null),
  listInput: scenario('a list as the input', fails('InvalidInput'), {}, []),
  textInput: scenario('a text as the input', fails('InvalidInput'), {}, 'all'),
  numberInput: scenario('a number as the input', fails('InvalidInput'), {}, 1),
  nestedInput: scenario('fields of the wrong type', fails('InvalidInput'), {}, { from: 5, to: [] }),
  tooLarge: scenario('results that are too large together', fails('States.DataLimitExceeded'), {
    'RunChunks/RunChunk': always({ answer: { Name: 'x'.repeat(150_000) } }),
  }),
  full: scenario('as many chunks as there may be', succeeds, {}, wide, full),
  fullBusy: scenario(
    'as many chunks as there may be, none of which can be started',
    fails('ChunksFailed'),
    { 'RunChunks/RunChunk': always({ error: 'StepFunctions.ExecutionLimitExceededException' }) },
    wide,
    full,
  ),
} as const satisfies Course['paths'];

/** What only a failure leads to, and how the backfill ends that gets there. */
const reach: Course['reach'] = {
  RecordBackfillFailure: {
    faults: { PlanBackfill: always({ error: 'InvalidInput' }) },
    ends: fails('InvalidInput'),
  },
};

/** A chunk's failure is the backfill's at its end; writing a failure down changes nothing of it. */
const endOf = (state: string, error: string): string => {
  if (state.startsWith('RunChunks/')) return 'ChunksFailed';
  return state === 'RecordBackfillFailure' ? 'InvalidInput' : error;
};

export const backfill = { base, reach, endOf, paths } satisfies Course;
