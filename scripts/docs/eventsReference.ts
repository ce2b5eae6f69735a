import { placesOf, structsOf } from '../../cli/events/reference.ts';
import { onOneLine, tableOf } from '../../cli/markdownTable.ts';
import { sentence } from '../../client/format.ts';
import { type CompiledQuery, compiledQueries } from '../../compiler/sql/compile.ts';
import { catalogColumns } from '../../src/events/columnCatalog.ts';
import { type RejectionReason, rejectionReasons } from '../../src/events/envelope.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { knownWindows } from '../../src/events/windows/registry.ts';
import type { WindowType } from '../../src/events/windows/windowType.ts';
import {
  eventsTable,
  liveWindowsTable,
  quarantineTable,
  rawEventsTable,
  type Table,
} from '../../src/tables/tables.ts';
import { trinoType } from '../../src/tables/types.ts';
import { windowViewColumns } from '../../src/tables/windowViews.ts';

// Parts of docs/reference/events.md and docs/reference/tables.md, made of the column catalog, the registry and the
// tables.

const columnsOf = (described: Table): string =>
  tableOf(
    ['column', 'type', 'what'],
    [...described.columns, ...described.partitionKeys].map(({ name, type, comment }) => [
      `\`${name}\``,
      `\`${trinoType(type)}\``,
      comment,
    ]),
  );

export const eventTypes = (): string =>
  [...knownEventTypes.values()]
    .map(
      (type) =>
        `### ${onOneLine(type.name)}\n\n${sentence(type.comment)} View: \`${type.view}\`.\n\n${tableOf(
          ['column', 'read from the property'],
          Object.entries(type.columns).map(([name, from]) => [`\`${name}\``, placesOf(from)]),
        )}`,
    )
    .join('\n\n');

/** The envelope's and all typed columns of the table `events`, then what is inside of `items`. */
export const eventsColumns = (): string => `${columnsOf(eventsTable)}\n\n${structsOf(catalogColumns)}`;

export const rawEventsColumns = (): string => columnsOf(rawEventsTable);

export const quarantineColumns = (): string =>
  `${columnsOf(quarantineTable)}\n\nReasons: ${rejectionReasons.map((reason) => `\`${reason}\``).join(', ')}.`;

export const liveColumns = (): string => columnsOf(liveWindowsTable);

const windowOf = (window: WindowType): string => {
  const columns = windowViewColumns(window, catalogColumns).map(({ name, type, comment }) => [
    `\`${name}\``,
    `\`${trinoType(type)}\``,
    comment,
  ]);
  return `### ${window.name}\n\n${window.comment}. Declared in \`queries/windows/${window.name}.yml\`.\n\n${tableOf(['column', 'type', 'what'], columns)}`;
};

export const windowViews = (): string => knownWindows.map(windowOf).join('\n\n');

const martOf = ({ name, file, comment, typed }: CompiledQuery): string => {
  const rows = typed.map((column) => [`\`${column.name}\``, `\`${column.trino}\``, column.comment]);
  const columns = tableOf(['column', 'type', 'what'], rows);
  return `### ${name}\n\n${sentence(comment)} SQL: [${file}](../../${file}).\n\n${columns}`;
};

export const marts = (): string => compiledQueries().marts.map(martOf).join('\n\n');

/** What each reason means, for the person who sent the event. */
const meanings: Readonly<Record<RejectionReason, string>> = {
  invalid_json: 'the line is not JSON',
  not_an_object: 'it is JSON, but not an object',
  invalid_event:
    'a field has the wrong type, is too long, or the event is nested too deep; the detail says which',
  missing_event_name: 'there is no `event_name`, or it is empty',
  invalid_event_time: '`event_time` or `sent_at` is not one of the forms above',
  future_event_time:
    'more than an hour ahead of the collector: a wrong clock, or a local time without its zone',
  old_event_time:
    'older than the stage takes (param `maxEventAgeDays`, by default 1,100 days): import history instead',
  event_too_large: 'larger than 512 KiB',
  contract_violation:
    'it contradicts the contract of its event type (`strict: reject` in its file); the detail says in what',
  invalid_unicode: 'the bytes are not UTF-8, or half of a surrogate pair stands alone',
  refused_by_postgres:
    'it is in the table `events`, but PostgreSQL does not take a value of it (param `postgres`): the detail says which kind',
  not_ndjson: 'something that is not lines of JSON was put into the stream beside the collector',
};

export const reasons = (): string =>
  tableOf(
    ['`reason`', 'what is wrong'],
    rejectionReasons.map((reason) => [`\`${reason}\``, meanings[reason]]),
  );
