import type { Assumption } from './assumption.ts';

/** What the cost of `postgres` rests on. Nothing of it was measured on AWS. */
export const postgresAssumptions = {
  postgresFixedSeconds: {
    value: 0.1,
    unit: 's',
    what: 'one call of `postgres`, besides its rows: a transaction over a connection that is open',
    source: 'assumed: not measured on AWS',
  },
  postgresRowsPerSecond: {
    value: 2_000,
    unit: 'rows/s',
    what: 'rows that one call of `postgres` inserts a second',
    source: 'assumed: not measured on AWS',
  },
  postgresUpkeepSeconds: {
    value: 3,
    unit: 's',
    what: 'one call of `postgresUpkeep` that has little to repair',
    source: 'assumed: not measured on AWS',
  },
  postgresBytesPerLineByte: {
    value: 1.5,
    unit: 'B/B',
    what: 'bytes of a row in PostgreSQL, its index among them, for each byte of its line',
    source: 'assumed: the columns stand beside the properties that they come from',
  },
  postgresIoPerRow: {
    value: 0.5,
    unit: 'requests',
    what: 'requests of I/O that Aurora bills for a row: about 2 KB of log with the index, written in steps of 4 KB',
    source: 'assumed: not measured on AWS',
  },
  acuLeast: {
    value: 0.5,
    unit: 'ACU',
    what: 'what a cluster needs while it is awake and little happens',
    source:
      'assumed: the least that Aurora Serverless v2 has besides zero; never paused, since events and runs of the ETL come',
  },
  rowsPerAcuSecond: {
    value: 500,
    unit: 'rows/s',
    what: 'rows a second that one ACU inserts, without any query of applications',
    source: 'assumed: not measured on AWS',
  },
} as const satisfies Record<string, Assumption>;
