import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../../json/parse.ts';
import { withOuter } from '../outer.ts';
import { numberOf } from './quotedNumbers.ts';

/** What the records of one scope have in common. */
export interface Common {
  /** the first part of their `context.otel` */
  context: JsonObject;
  /** says the same as a text, for their ids */
  text: string;
}

/** An AnyValue of OTLP (`{"stringValue":"a"}`) as the value it holds; what is none stays as it is. */
const valueIn = (anyValue: unknown): unknown => {
  if (!isObject(anyValue)) return anyValue;
  const [[kind, value] = [], ...more] = Object.entries(anyValue);
  if (kind === undefined) return null;
  if (more.length > 0) return anyValue;
  if (kind === 'intValue') return numberOf(value);
  if (kind === 'arrayValue' && isObject(value))
    return Array.isArray(value.values) ? value.values.map(valueIn) : [];
  if (kind === 'kvlistValue' && isObject(value)) return attributesOf(value.values);
  return ['stringValue', 'boolValue', 'doubleValue', 'bytesValue'].includes(kind) ? value : anyValue;
};

/** `[{"key","value"}]` as an object. */
export const attributesOf = (list: unknown): JsonObject =>
  Object.fromEntries(
    (Array.isArray(list) ? list : [])
      .filter(isObject)
      .filter(({ key }) => typeof key === 'string')
      .map(({ key, value }) => [String(key), valueIn(value)]),
  );

export const commonOf = (ofResource: JsonObject, ofScope: JsonObject): Common => {
  const resource = isObject(ofResource.resource) ? attributesOf(ofResource.resource.attributes) : {};
  const { attributes, ...scope } = isObject(ofScope.scope) ? ofScope.scope : {};
  const urls = { resourceSchemaUrl: ofResource.schemaUrl, scopeSchemaUrl: ofScope.schemaUrl };
  const context = {
    resource,
    scope: attributes === undefined ? scope : { ...scope, attributes: attributesOf(attributes) },
    ...Object.fromEntries(Object.entries(urls).filter(([, url]) => (url ?? '') !== '')),
  };
  return { context, text: JSON.stringify(context) };
};

/** Zero says that the time is not known. */
const isTime = (nanos: unknown): boolean => !['', '0'].includes(String(nanos ?? ''));

/** Nanoseconds in quotes cut to milliseconds; anything else as it is, and rejected if it is no time. */
const millisOf = (nanos: unknown): unknown =>
  typeof nanos === 'string' && /^\d{1,20}$/.test(nanos) ? Number(BigInt(nanos) / 1_000_000n) : nanos;

/** Attributes that fill columns, in order of preference. Those that do are no properties any more. */
const idAttributes = {
  event_id: ['log.record.uid'],
  user_id: ['user.id', 'enduser.id'],
  anonymous_id: ['enduser.pseudo.id', 'app.installation.id'],
  session_id: ['session.id'],
} as const;

/**
 * The id of a record that has none: of all that it says, and how many equal ones the request had before it. A request
 * that is sent again has the same ids. Without a time two different records may be equal: those get none.
 */
const contentId = (record: JsonObject, { text }: Common, seen: Map<string, number>): string | undefined => {
  if (!isTime(record.timeUnixNano) && !isTime(record.observedTimeUnixNano)) return undefined;
  const digest = createHash('sha256').update(text).update(JSON.stringify(record)).digest('hex').slice(0, 32);
  const before = seen.get(digest) ?? 0;
  seen.set(digest, before + 1);
  return before === 0 ? digest : `${digest}-${before}`;
};

const propertiesOf = (attributes: JsonObject, used: ReadonlySet<string>, body: unknown): JsonObject => {
  const own = Object.fromEntries(Object.entries(attributes).filter(([name]) => !used.has(name)));
  const value = body === undefined ? undefined : valueIn(body);
  if (isObject(value)) return withOuter(own, Object.entries(value));
  return value === undefined || value === null ? own : withOuter(own, [['body', value]]);
};

/**
 * A log record as one of the collector's own events, so that quarantine has it with its resource, and a replay reads it
 * as it reads any.
 */
export const eventOf = (record: JsonObject, common: Common, seen: Map<string, number>): JsonObject => {
  const { eventName, timeUnixNano, attributes: list, body, ...rest } = record;
  const attributes = attributesOf(list);
  const ids = Object.entries(idAttributes).flatMap(([column, names]) => {
    const name = names.find((one) => (attributes[one] ?? '') !== '');
    return name === undefined ? [] : [{ column, name, value: attributes[name] }];
  });
  const named = (eventName ?? '') !== '';
  const used = new Set([...ids.map(({ name }) => name), ...(named ? [] : ['event.name'])]);
  const time = [timeUnixNano, record.observedTimeUnixNano].find(isTime);
  return {
    event_id: contentId(record, common, seen),
    ...Object.fromEntries(ids.map(({ column, value }) => [column, value])),
    event_name: named ? eventName : attributes['event.name'],
    event_time: millisOf(time),
    context: { otel: { ...common.context, ...rest } },
    properties: propertiesOf(attributes, used, body),
  };
};
