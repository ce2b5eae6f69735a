import { createHash } from 'node:crypto';
import type { CatalogColumn, EventType } from '../../events/eventType.ts';
import { parseFirstMembers } from '../../json/firstMembers.ts';
import { isObject, type JsonObject } from '../../json/parse.ts';
import { KEY_SEPARATOR } from '../../lake/eventKey.ts';
import { dayOf, type Partition, partitionOf } from '../../lake/partition.ts';
import { envelopeColumns } from '../../tables/tables.ts';
import { textArray, typingOf } from '../../tables/typing/postgres.ts';

/** An event as PostgreSQL gets it: the text of each column, in the order of `databaseColumns`. */
export interface EventRow {
  partition: Partition;
  values: readonly (string | null)[];
  /** holds the character U+0000, which no text of PostgreSQL can */
  hasNul: boolean;
}

/** Fields of the envelope as they stand in a line: texts, or null. */
const heads = envelopeColumns
  .map(({ name }) => name)
  .filter((name) => name !== 'context' && name !== 'properties' && name !== 'schema_errors');

/** In JSON, behind an even number of backslashes: `\\u0000` is a backslash and five characters. */
const nulEscape = /(?<!\\)(?:\\\\)*\\u0000/;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Makes rows of lines, which are canonical events: the stream's, or written anew from the table events. */
export const rowMaker = (eventTypes: Iterable<EventType>, catalog: readonly CatalogColumn[]) => {
  const typed = typingOf(eventTypes, catalog);
  return (line: string): EventRow => {
    const parsed = parseFirstMembers(line)?.value;
    const event: JsonObject = isObject(parsed) ? parsed : {};
    const [context, properties] = [event.context, event.properties].map((one) => (isObject(one) ? one : {}));
    const head = new Map(heads.map((name) => [name, textOf(event[name])]));
    const json = new Map([
      ['context', JSON.stringify(context)],
      ['properties', JSON.stringify(properties)],
    ]);
    const eventName = head.get('event_name') ?? '';
    const { values, errors } = typed({ eventName, context: context ?? {}, properties: properties ?? {} });
    const ofErrors = errors === null ? null : textArray(errors);
    const partition = partitionOf(head.get('event_time') ?? '');
    const envelope = envelopeColumns.map(({ name }) =>
      name === 'schema_errors' ? ofErrors : (json.get(name) ?? head.get(name) ?? null),
    );
    return {
      partition,
      values: [dayOf(partition), partition.slice(11), ...envelope, ...values],
      hasNul:
        [...head.values()].some((value) => value?.includes('\0')) ||
        [...json.values()].some((value) => nulEscape.test(value)),
    };
  };
};

const [SOURCE, EVENT_ID] = ['source', 'event_id'].map(
  (name) => 2 + envelopeColumns.findIndex((column) => column.name === name),
);

/** A digest of source and id: what an event is known by within its hour. In SQL: src/recovery/postgres/hourSql.ts. */
export const keyOf = ({ values }: EventRow): string =>
  createHash('md5')
    .update(`${values[SOURCE ?? 0]}${String.fromCharCode(KEY_SEPARATOR)}${values[EVENT_ID ?? 0]}`)
    .digest('hex');
