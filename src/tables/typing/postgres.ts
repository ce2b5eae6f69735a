import { type ColumnType, decimalOf, type ScalarType, type StructField } from '../../events/columnType.ts';
import { digitsOfValue, fitsOf } from '../../events/contract/scalars.ts';
import type { CatalogColumn, EventType, Source } from '../../events/eventType.ts';
import { valueAt, valueAtFirst } from '../../events/places.ts';
import { scaled, scaledText } from '../../events/windows/columns.ts';
import { instantOf, timestampOf } from '../../json/instants.ts';
import { isObject, type JsonObject } from '../../json/parse.ts';
import { MAX_ERRORS } from './maxErrors.ts';

/**
 * The typing rule for PostgreSQL: typed columns of one event as texts that PostgreSQL casts to the column's type. The same
 * values as a build has with DuckDB (duckdb.ts); test/tables/typingPostgres.test.ts holds the two together. It is
 * JavaScript, not SQL, so that a database whose version or settings are not ours decides nothing of it.
 */

/** What is read of an event: parsed with its numbers as they were sent (src/json/exactNumbers.ts). */
interface ParsedEvent {
  eventName: string;
  properties: JsonObject;
  context: JsonObject;
}

interface TypedColumns {
  /** in the order of the catalog; null: not there, or it contradicts its type */
  values: (string | null)[];
  errors: string[] | null;
}

/** A value that fits its type as the text of it. */
type Write = (value: unknown) => string;

/** PostgreSQL knows no year 0: the year before 1 AD is 1 BC. */
const ofYearZero = (text: string): string => (text.startsWith('0000') ? `0001${text.slice(4)} BC` : text);

const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : Number(JSON.stringify(value));

const plain: Readonly<Record<Exclude<ScalarType, `decimal${string}`>, Write>> = {
  string: String,
  boolean: String,
  bigint: (value) => scaledText(scaled(value, 0), 0),
  // The nearest double, written anew: PostgreSQL refuses 1e-400, which is zero.
  double: (value) => String(numberOf(value)),
  timestamp: (value) => ofYearZero(timestampOf(instantOf(value) ?? 0)),
  date: (value) => ofYearZero(String(value)),
  json: (value) => JSON.stringify(value),
};

const writeOf = (type: ScalarType): Write => {
  const scale = Number(decimalOf(type)?.[1] ?? 0);
  // `as`: of decimals there is no other writing.
  return decimalOf(type) === undefined
    ? plain[type as keyof typeof plain]
    : (value) => scaledText(scaled(value, scale), scale);
};

/** A value of a column, and the paths in it that contradict the type: `[1]`, `[0].price`. */
type Read = (value: unknown) => { text: string | null; wrong?: string[] };

const scalarRead = (type: ScalarType): Read => {
  const [fits, write] = [fitsOf(type), writeOf(type)];
  return (value) => ({ text: fits(value) ? write(value) : null });
};

/** As an element of PostgreSQL's text of an array. */
const quotedElement = (text: string | null): string =>
  text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

const elementsRead = (type: ScalarType): Read => {
  const read = scalarRead(type);
  return (value) => {
    if (!Array.isArray(value)) return { text: null };
    const texts = value.map((one) => (one === null ? null : read(one).text));
    const wrong = texts.flatMap((text, at) => (text === null && value[at] !== null ? [`[${at}]`] : []));
    return { text: `{${texts.map(quotedElement).join(',')}}`, wrong: wrong.slice(0, MAX_ERRORS) };
  };
};

const numberText = /^-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

const isOfNumbers = (type: ScalarType): boolean =>
  type === 'bigint' || type === 'double' || decimalOf(type) !== undefined;

/** In a line of an order a number that came as text, or an id that came as a number, is taken for what it says. */
const leniently = (type: ScalarType, value: unknown): unknown => {
  if (isOfNumbers(type) && typeof value === 'string' && numberText.test(value)) return JSON.rawJSON(value);
  if (type === 'string' && digitsOfValue(value) !== undefined) return JSON.stringify(value);
  return value;
};

const isInQuotes = (type: ScalarType): boolean =>
  type === 'string' || type === 'timestamp' || type === 'date';

interface FieldRead {
  field: StructField;
  fits(value: unknown): boolean;
  /** the value as JSON */
  json(value: unknown): string;
}

const fieldRead = (field: StructField): FieldRead => {
  const [fits, write] = [fitsOf(field.type), writeOf(field.type)];
  const json = (value: unknown): string => {
    const taken = leniently(field.type, value);
    if (!fits(taken)) return 'null';
    return isInQuotes(field.type) ? JSON.stringify(write(taken)) : write(taken);
  };
  return { field, fits, json };
};

const firstAt = (object: JsonObject, { from }: StructField): unknown => {
  for (const path of from) {
    const value = valueAt(object, path);
    if (value !== undefined) return value;
  }
  return undefined;
};

const structsRead = (fields: readonly StructField[]): Read => {
  const reads = fields.map(fieldRead);
  return (value) => {
    if (!Array.isArray(value)) return { text: null };
    const wrong: string[] = [];
    const lines = value.map((line: unknown, at) => {
      if (!isObject(line)) {
        wrong.push(`[${at}]`);
        return 'null';
      }
      const members = reads.map(({ field, fits, json }) => {
        const found = firstAt(line, field);
        if (found !== undefined && !fits(found)) wrong.push(`[${at}].${field.name}`);
        return `${JSON.stringify(field.name)}:${found === undefined ? 'null' : json(found)}`;
      });
      return `{${members.join(',')}}`;
    });
    return { text: `[${lines.join(',')}]`, wrong: wrong.slice(0, MAX_ERRORS) };
  };
};

const readOf = (type: ColumnType): Read => {
  if (typeof type === 'string') return scalarRead(type);
  return typeof type.arrayOf === 'string' ? elementsRead(type.arrayOf) : structsRead(type.arrayOf);
};

interface ColumnRead {
  name: string;
  place: number;
  sources: readonly Source[];
  read: Read;
}

/** Reads the typed columns of events. Of each type only its own columns are looked for. */
export const typingOf = (
  eventTypes: Iterable<EventType>,
  columns: readonly CatalogColumn[],
): ((event: ParsedEvent) => TypedColumns) => {
  const reads = columns.map(({ type }) => readOf(type));
  const ofType = ({ columns: own }: EventType): ColumnRead[] =>
    columns.flatMap(({ name }, place) => {
      const [sources, read] = [Object.hasOwn(own, name) ? own[name] : undefined, reads[place]];
      return sources === undefined || read === undefined ? [] : [{ name, place, sources, read }];
    });
  const known = new Map([...eventTypes].map((type) => [type.name, ofType(type)]));
  return (event) => {
    const values: (string | null)[] = columns.map(() => null);
    const names: string[] = [];
    const paths: string[] = [];
    for (const { name, place, sources, read } of known.get(event.eventName) ?? []) {
      const found = valueAtFirst(event, sources);
      if (found === undefined) continue;
      const { text, wrong = [] } = read(found);
      values[place] = text;
      if (text === null) names.push(name);
      paths.push(...wrong.map((path) => `${name}${path}`));
    }
    const errors = [...names, ...paths];
    return { values, errors: errors.length === 0 ? null : errors };
  };
};

/** A list of texts as PostgreSQL reads an array. */
export const textArray = (texts: readonly string[]): string => `{${texts.map(quotedElement).join(',')}}`;
