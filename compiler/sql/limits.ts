import { countsLocalDays, fillMacros } from '../../src/etl/macros.ts';
import { MAX_DAYS } from '../../src/etl/planning.ts';
import { withoutComments } from '../../src/sqlText.ts';
import type { Analysis } from './analyse.ts';
import type { QueryFault } from './faults.ts';

/**
 * The state machine carries the SQL of a run from Tally to the queries, in a state of at most 256 KiB. 64 KiB of it are
 * left for the run's plan of 500 hours, its failures and what its warnings found.
 */
const QUERY_BYTES = 196_608;

/** Days that are each two from the next, so that none is another's neighbor: no run has longer lists. */
const farApart = Array.from({ length: MAX_DAYS }, (_, n) =>
  new Date(Date.UTC(2026, 0, 1 + 3 * n)).toISOString().slice(0, 10),
);

/** Beside the SQL of a mart: UNLOAD's words, its location twice, and its days with their counters. */
const BESIDE_MART = 700 + 45 * MAX_DAYS;
/** Of one that counts days of the time zone: for each a day of UTC beside it, which it only reads. */
const BESIDE_LOCAL_MART = BESIDE_MART + 60 * MAX_DAYS;
const BESIDE = 120;

/** As long as names are, and far from UTC: each of its days has parts of two. */
const LONG_ZONE = 'America/Argentina/Buenos_Aires';

const besideOf = ({ kind, text }: Analysis): number => {
  if (kind !== 'marts') return BESIDE;
  return countsLocalDays(text) ? BESIDE_LOCAL_MART : BESIDE_MART;
};

const bytesOf = (query: Analysis): number => {
  const facts = { days: farApart, now: '2026-11-01T00:00:00.000Z', timeZone: LONG_ZONE };
  const sql = fillMacros(withoutComments(query.text), facts);
  return Buffer.byteLength(JSON.stringify(sql)) + besideOf(query);
};

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024)} KB`;

/** What is wrong when checks, warnings and marts are too much for one run together. The largest are named. */
export const limitFaults = (queries: readonly Analysis[]): QueryFault[] => {
  const sized = queries
    .filter(({ kind }) => ['checks', 'warnings', 'marts'].includes(kind))
    .map((query) => ({ file: query.file, bytes: bytesOf(query) }))
    .sort((a, b) => b.bytes - a.bytes);
  const all = sized.reduce((sum, { bytes }) => sum + bytes, 0);
  const [largest] = sized;
  if (largest === undefined || all <= QUERY_BYTES) return [];
  const few = sized.slice(0, 5).map(({ file, bytes }) => `${file} ${kilobytes(bytes)}`);
  return [
    {
      file: largest.file,
      ...{ line: 1, column: 1 },
      what: `The checks, warnings and marts of a run over ${MAX_DAYS} days take ${kilobytes(all)} together, more than the ${kilobytes(QUERY_BYTES)} that the state machine has room for (${few.join(', ')})`,
      how: 'Put two marts with the same grouping together, move SQL that several share into a view, or name :days once',
    },
  ];
};
