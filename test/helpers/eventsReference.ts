import { dictionaryColumns } from '../../src/events/dictionary.ts';
import { refusalReasons } from '../../src/events/envelope.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import {
  eventsTable,
  martTables,
  quarantineTable,
  rawEventsTable,
  type Table,
} from '../../src/tables/tables.ts';
import { trinoType } from '../../src/tables/types.ts';

/** docs/reference/events.md, made of the dictionary, the registry and the tables. Written by `node test/helpers/writeEventsReference.ts`. */

const cell = (text: string): string => text.replaceAll('|', '\\|');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const columnsOf = (described: Table): string =>
  table(
    ['column', 'type', 'what'],
    [...described.columns, ...described.partitionKeys].map(({ name, type, comment }) => [
      `\`${name}\``,
      `\`${trinoType(type)}\``,
      comment,
    ]),
  );

const eventTypes = (): string =>
  [...knownEventTypes.values()]
    .map(
      (type) =>
        `### ${type.name}\n\n${type.comment}. View: \`${type.name}\`.\n\n${table(
          ['column', 'read from the property'],
          Object.entries(type.columns).map(([name, from]) => [
            `\`${name}\``,
            from.map((one) => `\`${one}\``).join(', else '),
          ]),
        )}`,
    )
    .join('\n\n');

const structs = (): string =>
  dictionaryColumns
    .flatMap(({ name, type }) => {
      if (typeof type === 'string') return [];
      const fields = type.arrayOf.map((field) => [
        `\`${field.name}\``,
        `\`${field.type}\``,
        field.from.map((one) => `\`${one}\``).join(', else '),
      ]);
      return [`Fields of \`${name}\`:\n\n${table(['field', 'type', 'read from'], fields)}`];
    })
    .join('\n\n');

export const eventsReference = (): string => `# Events: types, columns, tables

Made of src/events/ and src/tables/tables.ts by \`node test/helpers/writeEventsReference.ts\`; a test holds it to them.

## How a property becomes a column

An event type lists the columns it fills and the properties they are read from; a column has one type everywhere.
JSON types are strict: \`"12"\` is no number, \`1.5\` no bigint, a timestamp is ISO 8601 text. A value that contradicts
its column leaves the column null and puts the column's name into \`schema_errors\`; the event is never lost, and
\`properties\` keeps what was sent, digit by digit. Events of unknown types have the envelope and \`properties\` only. What of it is personal data can be hashed
or dropped before it is stored anywhere: [collector.md](collector.md).

\`\`\`sql
SELECT json_extract_scalar(properties, '$.theme') FROM events WHERE dt = '2026-11-01' AND event_name = 'theme_changed'
\`\`\`

## Event types

${eventTypes()}

## Table events

${eventsTable.comment}. Parquet, sorted by \`event_name, event_time\`: say \`event_name\` in WHERE and most of an hour is skipped.

${columnsOf(eventsTable)}

${structs()}

## Table raw_events

${rawEventsTable.comment.split('.')[0]}. It has the columns of the envelope, with times as text (\`from_iso8601_timestamp(event_time)\`),
and is there the moment a batch lands. **Always say \`dt\`, best \`hr\` too**: its partitions are computed, not listed in a catalog, so a
query without \`dt\` makes Athena look into every hour since 2010, about 150,000 S3 listings (some minutes, and 0.75 $ of
requests) before it reads a byte. \`properties\` is text here too, but Athena writes it anew: exact digits are in \`events\`.

## Table quarantine

What came in and is no valid event. Computed partitions as well: say \`dt\`.

${columnsOf(quarantineTable)}

Reasons: ${refusalReasons.map((reason) => `\`${reason}\``).join(', ')}.

## Marts

${martTables.map((mart) => `### ${mart.name}\n\n${mart.comment}.\n\n${columnsOf(mart)}`).join('\n\n')}
`;
