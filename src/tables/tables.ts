import { catalogColumns } from '../events/columnCatalog.ts';
import type { ColumnType } from '../events/columnType.ts';
import { EVENTS, QUARANTINE, RAW } from '../lake/layout.ts';

/**
 * The tables of the lake but for the marts, which follow from their SQL (compiler/sql): what the Glue definitions, the
 * views and the build statement all follow from.
 */

export interface TableColumn {
  name: string;
  type: ColumnType;
  comment: string;
}

export interface Table {
  name: string;
  comment: string;
  /** folder of the lake bucket, with its trailing slash */
  prefix: string;
  columns: readonly TableColumn[];
  partitionKeys: readonly TableColumn[];
}

const dt: TableColumn = { name: 'dt', type: 'string', comment: 'Day of event_time (UTC): 2026-11-01' };
const hr: TableColumn = { name: 'hr', type: 'string', comment: 'Hour of event_time (UTC): 00 to 23' };

const text = (name: string, comment: string): TableColumn => ({ name, type: 'string', comment });

/** Columns of the events table that every event has. */
export const envelopeColumns: readonly TableColumn[] = [
  text('event_id', "The sender's id of the event, or the server's; unique within its source and hour"),
  text('event_name', 'What happened: page_view, order_completed …'),
  { name: 'event_time', type: 'timestamp', comment: 'When it happened (UTC)' },
  { name: 'received_at', type: 'timestamp', comment: 'When the collector took it (UTC)' },
  text('source', 'Which app sent it'),
  text('user_id', "The sender's id of the user, once known"),
  text('anonymous_id', "The sender's id of the device or browser"),
  text('session_id', 'Session identifier'),
  text('context', 'JSON object as sent: page, device, library, ip, locale, campaign …'),
  text('properties', "JSON object as sent: the event's own fields, every digit kept"),
  text('schema_version', 'Version of the envelope'),
  {
    name: 'schema_errors',
    type: { arrayOf: 'string' },
    comment:
      'What contradicts its type: a column, left null, or a field in a line (items[0].price); null when there is nothing',
  },
];

export const eventsTable: Table = {
  name: 'events',
  comment: 'Events, typed and each once per hour: published partitions only',
  prefix: EVENTS,
  columns: [...envelopeColumns, ...catalogColumns],
  partitionKeys: [dt, hr],
};

const lines = (name: string, prefix: string, comment: string): Table => ({
  ...{ name, prefix, comment },
  columns: [text('line', 'The line as it was stored, byte for byte')],
  partitionKeys: [dt, hr],
});

export const rawLinesTable = lines(
  'raw_lines',
  RAW,
  'Lines as they landed, one column of text. Name dt (and hr) in WHERE: see docs/reference/tables.md',
);

export const quarantineLinesTable = lines(
  'quarantine_lines',
  QUARANTINE,
  'Lines of quarantine, one column of text. Name dt (and hr) in WHERE: see docs/reference/tables.md',
);

/** What the views over lines give besides the members of each line. */
const ofLine: readonly TableColumn[] = [
  text('line', 'The line as it was stored; where it is not JSON, the columns before this one are null'),
  text('path', 'S3 URI of the object that the line is in'),
];

/** A view: src/tables/lineViews.ts. */
export const rawEventsTable: Table = {
  name: 'raw_events',
  comment:
    'Events as they landed, duplicates included: a row a line. Name dt (and hr) in WHERE: see docs/reference/tables.md',
  prefix: RAW,
  columns: [
    ...envelopeColumns
      .filter(({ name }) => name !== 'schema_errors')
      .map(
        (column): TableColumn =>
          column.type === 'timestamp'
            ? { ...column, type: 'string', comment: `${column.comment}, RFC 3339 text` }
            : column,
      ),
    ...ofLine,
  ],
  partitionKeys: [dt, hr],
};

/** A view: src/tables/lineViews.ts. */
export const quarantineTable: Table = {
  name: 'quarantine',
  comment: 'What came in and is not a valid event, with the reason. Name dt (and hr) in WHERE',
  prefix: QUARANTINE,
  columns: [
    text('reason', 'Why it was rejected: a closed list, see docs/reference/tables.md'),
    text('detail', 'What exactly is wrong'),
    text('raw', 'The text as it came'),
    text('source', 'Which app sent it, if known'),
    text('received_at', 'When the collector took it, RFC 3339 text'),
    text('sequence', 'Kinesis sequence number, or key of the raw object it stood in'),
    ...ofLine,
  ],
  partitionKeys: [
    { ...dt, comment: 'Day (UTC)' },
    { ...hr, comment: 'Hour (UTC)' },
  ],
};
