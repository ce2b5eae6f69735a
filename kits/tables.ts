import { typeText } from 'headrace-trino';
import { type CompiledQuery, compiledQueries } from '../compiler/sql/compile.ts';
import { ownTables } from '../compiler/sql/database.ts';
import { additiveColumns, distinctColumns } from '../compiler/sql/sums.ts';
import { knownEventTypes } from '../src/events/registry.ts';
import { knownWindows } from '../src/events/windows/registry.ts';
import { EVENTS_NOW } from '../src/tables/eventsNow.ts';
import { eventsTable, quarantineTable } from '../src/tables/tables.ts';

/** What the project's readers can ask, as every kit shows it: its tables, views and marts with all that is known of them. */

interface KitColumn {
  name: string;
  /** as Athena shows it: `varchar` */
  type: string;
  comment: string;
}

export interface KitTable {
  name: string;
  what: 'events' | 'event type' | 'window' | 'mart' | 'view' | 'quarantine' | 'balance';
  comment: string;
  columns: readonly KitColumn[];
  /** Columns whose values of several rows may be added up. */
  sums: readonly string[];
  /** Columns that count different values: those of several rows do not add up. */
  distinct: readonly string[];
  /** Of what is no table of the database: the query that it stands for. */
  sql?: string;
}

export const has = (table: KitTable, ...names: readonly string[]): boolean =>
  names.every((name) => table.columns.some((column) => column.name === name));

const own = (
  name: string,
  what: KitTable['what'],
  comment: string,
  sums: readonly string[] = [],
  distinct: readonly string[] = [],
): KitTable => ({
  ...{ name, what, comment, sums, distinct },
  columns: (ownTables().get(name)?.columns ?? []).map((column) => ({
    name: column.name,
    type: typeText(column.type),
    comment: column.comment ?? '',
  })),
});

/**
 * Beside each other: the lines that landed and the events that are built of them. What landed more is duplicates, and what the
 * build rejected; `headrace reconcile` tells one from the other.
 */
const balance: KitTable = {
  name: 'landed_and_built',
  what: 'balance',
  comment:
    'Lines that landed and events that are built, by hour. What landed more is duplicates and rejected lines.',
  columns: [
    { name: 'dt', type: 'varchar', comment: 'Day of event_time (UTC): 2026-11-01' },
    { name: 'hr', type: 'varchar', comment: 'Hour of event_time (UTC): 00 to 23' },
    { name: 'landed', type: 'bigint', comment: 'Lines as they landed, duplicates included' },
    { name: 'built', type: 'bigint', comment: 'Events in the published build' },
    { name: 'landed_more', type: 'bigint', comment: 'The difference' },
  ],
  sums: ['landed', 'built', 'landed_more'],
  distinct: [],
  sql: `SELECT dt, hr, sum(landed) AS landed, sum(built) AS built, sum(landed) - sum(built) AS landed_more
FROM (
  SELECT dt, hr, count(*) AS landed, 0 AS built FROM raw_events GROUP BY dt, hr
  UNION ALL
  SELECT dt, hr, 0 AS landed, count(*) AS built FROM events GROUP BY dt, hr
) AS counted
GROUP BY dt, hr`,
};

const ofQuery = (what: 'mart' | 'view', query: CompiledQuery): KitTable => ({
  name: query.name,
  what,
  comment: query.description,
  columns: query.typed.map(({ name, trino, comment }) => ({ name, type: trino, comment })),
  sums: additiveColumns(query.query, query.columns),
  distinct: distinctColumns(query.query, query.columns),
});

/** In the order in which people look for them: what was made for an answer first. */
export const kitTables = (): KitTable[] => {
  const { marts, views } = compiledQueries();
  return [
    ...marts.map((query) => ofQuery('mart', query)),
    ...views.map((query) => ofQuery('view', query)),
    ...knownWindows.map(({ name, comment, measures }) =>
      own(
        name,
        'window',
        comment,
        measures.filter(({ what }) => what !== 'distinct').map((measure) => measure.name),
        measures.filter(({ what }) => what === 'distinct').map((measure) => measure.name),
      ),
    ),
    own(EVENTS_NOW, 'events', 'Events up to now: those of events, and those that have landed since'),
    own(eventsTable.name, 'events', eventsTable.comment),
    ...[...knownEventTypes.values()].map(({ view, comment }) => own(view, 'event type', comment)),
    own(quarantineTable.name, 'quarantine', quarantineTable.comment),
    balance,
  ];
};
