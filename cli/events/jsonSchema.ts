import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CompiledEvents } from '../../compiler/events/compile.ts';
import { sourceText } from '../../compiler/events/source.ts';
import type { ColumnType, Names } from '../../src/events/columnType.ts';
import type { CatalogColumn, EventType, Rules } from '../../src/events/eventType.ts';
import { ruledScalar, type Schema } from './scalarSchemas.ts';

/**
 * JSON Schema (2020-12) of an event as `POST /v1/events` takes it. What it accepts has no schema_errors, and what has
 * none it accepts, with the exceptions that docs/guides/eventTypes.md lists.
 */

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** Something that is read out of an object: the first of its places where there is anything decides. */
interface Read {
  from: readonly Names[];
  schema: Schema;
  required: boolean;
}

/**
 * Holds what stands at a place to a schema. Where the path leads through no object nothing is there, and nothing wrong.
 */
const at = (path: Names, schema: Schema): Schema => {
  const [name, ...below] = path;
  return name === undefined ? schema : { properties: Object.fromEntries([[name, at(below, schema)]]) };
};

/** Matches objects that have anything but null at a place. */
const present = (path: Names): Schema => {
  const [name, ...below] = path;
  if (name === undefined) return { not: { type: 'null' } };
  return { type: 'object', required: [name], properties: Object.fromEntries([[name, present(below)]]) };
};

const isThere = (paths: readonly Names[]): Schema => {
  const [one, ...others] = paths.map(present);
  return others.length === 0 && one !== undefined ? one : { anyOf: paths.map(present) };
};

interface Node {
  own: Schema[];
  below: Map<string, Node>;
}

const emptyNode = (): Node => ({ own: [], below: new Map() });

const nodeAt = (node: Node, [name, ...below]: Names): Node => {
  if (name === undefined) return node;
  const next = node.below.get(name) ?? emptyNode();
  node.below.set(name, next);
  return nodeAt(next, below);
};

const schemaOfNode = ({ own, below }: Node): Schema => {
  const members =
    below.size === 0
      ? []
      : [{ properties: Object.fromEntries([...below].map(([name, node]) => [name, schemaOfNode(node)])) }];
  const all = [...own, ...members];
  const [one] = all;
  return one !== undefined && all.length === 1 ? one : { allOf: all };
};

/** An object out of which all these are read. */
const objectOf = (reads: readonly Read[]): { properties: Record<string, Schema>; allOf?: Schema[] } => {
  const root = emptyNode();
  for (const { from, schema } of reads) nodeAt(root, from[0] ?? []).own.push(schema);
  const later = reads.flatMap(({ from, schema }) =>
    from.slice(1).map((path, before) => ({ if: isThere(from.slice(0, before + 1)), else: at(path, schema) })),
  );
  const properties = Object.fromEntries([...root.below].map(([name, node]) => [name, schemaOfNode(node)]));
  const required = reads.flatMap((read) => (read.required ? [isThere(read.from)] : []));
  const all = [...later, ...required];
  return all.length === 0 ? { properties } : { properties, allOf: all };
};

const schemaOfType = (type: ColumnType, rules: Rules): Schema => {
  if (typeof type === 'string') return ruledScalar(type, rules);
  const { arrayOf } = type;
  if (typeof arrayOf === 'string') return { type: ['array', 'null'], items: ruledScalar(arrayOf, rules) };
  const fields = arrayOf.map((field) => {
    const described = field.comment === undefined ? {} : { description: field.comment };
    const own = rules.fields?.[field.name] ?? {};
    const schema = { ...described, ...ruledScalar(field.type, own) };
    return { from: field.from, schema, required: own.required === true };
  });
  return { type: ['array', 'null'], items: { type: 'object', ...objectOf(fields) } };
};

/** Fields of the envelope; all others are moved into the properties by the collector. */
const ownFields = [
  ...['event_id', 'event_name', 'event_time', 'sent_at', 'user_id', 'anonymous_id', 'session_id'],
  ...['context', 'properties'],
];

/**
 * What stands beside `properties` under a name that a column reads would be moved in, and no schema follows it there.
 */
const notBeside = (type: EventType): [string, false][] => {
  const sources = Object.values(type.columns).flat();
  const names = sources.flatMap((source) => (source.in === 'properties' ? [source.path[0] ?? ''] : []));
  return [...new Set(names)].filter((name) => !ownFields.includes(name)).map((name) => [name, false]);
};

const eventOf = (type: EventType, columns: readonly CatalogColumn[]): Schema => {
  const reads = columns.flatMap((column): Read[] => {
    const sources = Object.hasOwn(type.columns, column.name) ? type.columns[column.name] : undefined;
    if (sources === undefined) return [];
    const others = sources.slice(1).map(sourceText);
    const description = `${column.comment}${others.length === 0 ? '' : ` (also read from: ${others.join(', ')})`}`;
    const rules = type.contract?.columns[column.name] ?? {};
    const schema = { description, ...schemaOfType(column.type, rules) };
    const from = sources.map((source) => [source.in, ...source.path]);
    return [{ from, schema, required: rules.required === true }];
  });
  const { properties, ...others } = objectOf(reads);
  return {
    title: type.name,
    description: type.comment,
    $ref: '#/$defs/headrace.envelope',
    type: 'object',
    required: ['event_name'],
    properties: {
      event_name: { const: type.name },
      ...Object.fromEntries(
        (['context', 'properties'] as const).flatMap((place) => {
          const found = properties[place];
          return found === undefined ? [] : [[place, { type: ['object', 'null'], ...found }]];
        }),
      ),
      ...Object.fromEntries(notBeside(type)),
    },
    ...others,
  };
};

const requestSchema = z.object({ $defs: z.record(z.string(), z.record(z.string(), z.unknown())) });

const withPrefix = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/$defs/headrace.'));

/** The envelope, as the schema of requests has it. View names have no point: theirs cannot be these. */
const envelopeDefs = (): Schema => {
  const path = new URL('../../docs/reference/request.schema.json', import.meta.url);
  const { $defs } = requestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const { batch: _, event, ...others } = $defs;
  return Object.fromEntries(
    Object.entries({ envelope: event, ...others }).map(([name, one]) => [
      `headrace.${name}`,
      withPrefix(one),
    ]),
  );
};

/** One event type by itself. */
export const schemaOfOne = (type: EventType, columns: readonly CatalogColumn[]): Schema => ({
  $schema: DRAFT,
  $id: `urn:headrace:event:${type.view}`,
  ...eventOf(type, columns),
  $defs: envelopeDefs(),
});

/** All event types: an event is exactly one of them. */
export const schemaOfAll = ({
  eventTypes,
  columns,
}: Pick<CompiledEvents, 'eventTypes' | 'columns'>): Schema => ({
  $schema: DRAFT,
  $id: 'urn:headrace:events',
  title: 'Events of known types, as POST /v1/events takes them',
  oneOf: eventTypes.map(({ view }) => ({ $ref: `#/$defs/${view}` })),
  $defs: {
    ...Object.fromEntries(eventTypes.map((type) => [type.view, eventOf(type, columns)])),
    ...envelopeDefs(),
  },
});
