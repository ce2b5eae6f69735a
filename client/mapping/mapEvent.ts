import { isObject, type JsonObject, parseJson } from '../../src/json/parse.ts';
import { fieldOf, jsonOf } from './fields.ts';
import { isMapped, type Mapping } from './mapping.ts';
import { timeReader } from './times.ts';

/** From the JSON of one event to the JSON of an event as the collector takes it, on one line. */
type EventMapper = (text: string) => string;

const ids = ['user_id', 'anonymous_id', 'session_id'] as const;

const scalar = (text: string, fields: JsonObject, field: string | undefined): string | undefined => {
  const value = field === undefined ? undefined : fieldOf(text, fields, field);
  return value === undefined || value.kind === 'other' ? undefined : value.text;
};

type TimeOf = (text: string, fields: JsonObject) => string | undefined;

/**
 * What is not a time by the rule must not be taken for one by another, nor its event for one of this hour: it goes to quarantine,
 * which shows what it was.
 */
const timeOf = (rule: Mapping['time']): TimeOf => {
  if (rule === undefined) return () => undefined;
  const read = timeReader(rule);
  return (text, fields) => {
    const value = fieldOf(text, fields, rule.field);
    if (value === undefined) return `(no ${rule.field})`;
    return read(value) ?? `${value.text} (not a time by ${rule.format ?? 'any known format'})`;
  };
};

const literals = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false)$/;

/** A text that says a number, a boolean or JSON, as what it says; as it is where it says none. */
const typed = (json: string, type: string | undefined): string => {
  if (type === undefined || !json.startsWith('"')) return json;
  const text = String(JSON.parse(json)).trim();
  if (type === 'json') return parseJson(text) === undefined ? json : text.replaceAll(/[\n\r]/g, ' ');
  return literals.test(text) && (type === 'boolean') === /^[tf]/.test(text) ? text : json;
};

type PropertiesOf = (text: string, fields: JsonObject) => string;

const member = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`;

/** Constants are added to what is there, as text: nothing of the object is written anew. */
const withConstants = (
  object: string,
  has: (name: string) => boolean,
  constants: Mapping['constants'],
): string => {
  const fresh = Object.entries(constants ?? {}).filter(([name]) => !has(name));
  if (fresh.length === 0) return object;
  const inside = object.trim().slice(1, -1).trim();
  const members = fresh.map(([name, value]) => member(name, JSON.stringify(value)));
  return `{${[...(inside === '' ? [] : [inside]), ...members].join(',')}}`;
};

const propertiesOf = ({ properties, constants, types }: Mapping): PropertiesOf => {
  if (properties === undefined && types === undefined)
    return (text, fields) => withConstants(text, (name) => Object.hasOwn(fields, name), constants);
  const typeOf = (name: string) =>
    types !== undefined && Object.hasOwn(types, name) ? types[name] : undefined;
  const chosen = Array.isArray(properties)
    ? properties.map((name) => [name, name] as const)
    : Object.entries(properties ?? {});
  return (text, fields) => {
    const named =
      properties === undefined ? Object.keys(fields).map((name) => [name, name] as const) : chosen;
    const members = named.flatMap(([name, field]) => {
      const json = jsonOf(text, fields, field);
      return json === undefined ? [] : [[name, typed(json, typeOf(name))] as const];
    });
    const names = new Set(members.map(([name]) => name));
    const object = `{${members.map(([name, json]) => member(name, json)).join(',')}}`;
    return withConstants(object, (name) => names.has(name), constants);
  };
};

const objectOf = (text: string): JsonObject | undefined => {
  const value = parseJson(text)?.value;
  return isObject(value) ? value : undefined;
};

/** An event of its own making: only what has no id gets one, after all else, where the last of two members counts. */
const withId = (text: string, idFor: (text: string) => string): string => {
  const fields = objectOf(text);
  if (fields === undefined || !['', null, undefined].some((none) => fields.event_id === none)) return text;
  const comma = Object.keys(fields).length > 0 ? ',' : '';
  return `${text.trimEnd().slice(0, -1)}${comma}"event_id":${JSON.stringify(idFor(text))}}`;
};

/**
 * The mapper of one input. Values are taken as their JSON text says (an id of 64 bits keeps its digits, `1.0` stays `1.0`), and the
 * whole object goes into `properties` untouched unless the mapping chooses. Anything but an object goes on as it is: it is rejected
 * for that, and kept.
 */
export const eventMapper = (mapping: Mapping, idFor: (text: string) => string): EventMapper => {
  if (!isMapped(mapping)) return (text) => withId(text, idFor);
  const [time, properties] = [timeOf(mapping.time), propertiesOf(mapping)];
  return (text) => {
    const fields = objectOf(text);
    if (fields === undefined) return text;
    const persons = Object.fromEntries(ids.map((name) => [name, scalar(text, fields, mapping[name])]));
    const head = JSON.stringify({
      event_id: scalar(text, fields, mapping.id) ?? idFor(text),
      event_name: scalar(text, fields, mapping.name) ?? mapping.as,
      event_time: time(text, fields),
      ...persons,
    });
    return `${head.slice(0, -1)},"properties":${properties(text, fields)}}`;
  };
};
