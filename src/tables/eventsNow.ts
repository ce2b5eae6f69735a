import type { CatalogColumn, EventType } from '../events/eventType.ts';
import { firstReceived } from './eventLine.ts';
import { rawEvents, sentType } from './rawLines.ts';
import { envelopeColumns, eventsTable, type TableColumn } from './tables.ts';
import { quoted } from './typing/duckdbMembers.ts';
import { typedInTrino } from './typing/trino.ts';

/**
 * `events_now`: every event of `events`, and every event that has landed and that the published build of its hour does
 * not have, each once an hour. docs/decisions/106 has the argument why that is so at every moment.
 *
 * In short: an hour of `events` is read once. Whatever build that scan sees, raw/ holds all that had landed before the
 * query began, so it fills the gap: of rows with one id, the build's stays. A second scan of `events`, to ask which ids
 * it has, could see the next build, and rows between the two would be lost, or be there twice.
 */

export const EVENTS_NOW = 'events_now';

const layer: TableColumn = {
  name: 'layer',
  type: 'string',
  comment: "batch: out of a published build. speed: landed since, and replaced by the next run's build",
};

/** `events` and its partition keys, as `SELECT *` has them, and the layer. */
export const eventsNowColumns = (catalog: readonly CatalogColumn[]): TableColumn[] => [
  ...envelopeColumns,
  ...catalog,
  ...eventsTable.partitionKeys,
  layer,
];

/** Columns of the envelope that both layers have under their own names. */
const shared = ['event_id', 'source', 'dt', 'hr'];

/** The first day whose raw lines are read. The planner computes it, so that it lists no folder of an earlier day. */
const firstDay = (days: number): string => `CAST(current_date - interval '${days}' day AS varchar)`;

/**
 * Both layers of the days from `day` on, each id once an hour. The batch layer has no `sent_`: neither the order nor
 * the typing reads its columns, so a query reads of `events` what it asks for, and no more.
 */
const lately = (names: readonly string[], day: string): string => {
  const batch = `SELECT ${names.map(quoted).join(',')},'batch' layer,CAST(NULL AS ${sentType}) sent_ FROM events WHERE dt>=${day}`;
  const speed = `SELECT ${names.map((name) => (shared.includes(name) ? name : 'NULL')).join(',')},'speed',sent_ FROM (${rawEvents(`dt>=${day}`)})`;
  const placed = `SELECT *,row_number() OVER (PARTITION BY dt,hr,source,event_id ORDER BY layer,${firstReceived.map((name) => `sent_.${name}`).join(',')}) place_ FROM (${batch} UNION ALL ${speed})`;
  return `SELECT * FROM (${placed}) WHERE place_=1`;
};

/** Trino SQL of the view. `days`: how many days back raw lines are read. */
export const eventsNowSql = (
  knownTypes: Iterable<EventType>,
  catalog: readonly CatalogColumn[],
  days: number,
): string => {
  const columns = eventsNowColumns(catalog);
  const names = columns.filter(({ name }) => name !== layer.name).map(({ name }) => name);
  const day = firstDay(days);
  const typed = typedInTrino(
    lately(names, day),
    { name: 'sent_.event_name', properties: 'sent_.properties', context: 'sent_.context' },
    knownTypes,
    catalog,
  );
  const made = new Map(typed.columns.map(({ name, sql }) => [name, sql]));
  const ofSpeed = (name: string): string =>
    name === 'schema_errors' ? typed.schemaErrors : (made.get(name) ?? `sent_.${name}`);
  const now = columns.map(({ name }) =>
    name === layer.name || shared.includes(name)
      ? quoted(name)
      : `if(layer='speed',${ofSpeed(name)},${quoted(name)}) ${quoted(name)}`,
  );
  const before = [...names.map(quoted), "'batch' layer"];
  return `SELECT ${now.join(',')} FROM (${typed.from}) UNION ALL SELECT ${before.join(',')} FROM events WHERE dt<${day}`;
};
