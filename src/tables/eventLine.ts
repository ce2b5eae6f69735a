import { envelopeColumns } from './tables.ts';

/** What builds (DuckDB) and events_now (Trino) must know alike of the line of an event. */

const names = envelopeColumns.map(({ name }) => name);

/** Fields of the envelope up to `context`, in the order in which the collector writes them. */
export const lineHead: readonly string[] = names.slice(0, names.indexOf('context'));

/**
 * Of the rows with one event_id of one source the first in this order stays: the first received. Those received
 * together are told apart by all they say, so the same rows give the same table whatever order they were read in.
 */
export const firstReceived: readonly string[] = [
  'received_at',
  'event_time',
  'event_name',
  'properties',
  'context',
  'user_id',
  'anonymous_id',
  'session_id',
  'schema_version',
];
