import { isObject, type JsonObject } from '../../json/parse.ts';
import type { ColumnType, Names, ScalarType, StructField } from '../columnType.ts';
import type { CatalogColumn, EventType, Rules, Source } from '../eventType.ts';
import { valueAt } from '../places.ts';
import { type RuleCheck, ruleChecks } from './rules.ts';
import { fitsOf, kindOf } from './scalars.ts';

/** What is read of an event. */
interface Judged {
  context: JsonObject;
  properties: JsonObject;
}

/** In what an event contradicts its type's contract: sentences that name the column and repeat nothing of it. */
export type Judge = (event: Judged) => string[];

/** An array may hold thousands of lines that are all wrong in the same way. */
const MOST = 20;

/** Judges one value that is there; `name` is what it is called in sentences. */
type ValueJudge = (value: unknown, name: string, found: string[]) => void;

const noRules: Rules = {};

const anyOrA = (type: string): string => (type === 'bigint' ? 'a whole number (bigint)' : `a ${type}`);

const scalarJudge = (type: ScalarType, rules: Rules): ValueJudge => {
  const fits = fitsOf(type);
  const checks: readonly RuleCheck[] = ruleChecks(type, rules);
  return (value, name, found) => {
    if (!fits(value)) {
      found.push(`${name} must be ${anyOrA(type)}, and is ${kindOf(value)}${howNear(type, value)}`);
      return;
    }
    for (const check of checks) {
      const says = check(value);
      if (says !== undefined) found.push(`${name} ${says}`);
    }
  };
};

/** The kind is right and the value is not: 12.345 for a decimal(12,2), 2026-13-01 for a date. */
const howNear = (type: ScalarType, value: unknown): string => {
  const isText = typeof value === 'string' && (type === 'date' || type === 'timestamp');
  const isNumber = kindOf(value) === 'a number' && !['string', 'boolean', 'date'].includes(type);
  return isText || isNumber ? ' that does not fit' : '';
};

const listJudge =
  (element: ValueJudge, skipsNull: boolean): ValueJudge =>
  (value, name, found) => {
    if (!Array.isArray(value)) {
      found.push(`${name} must be an array, and is ${kindOf(value)}`);
      return;
    }
    for (let at = 0; at < value.length && found.length < MOST; at += 1)
      if (!(skipsNull && value[at] === null)) element(value[at], `${name}[${at}]`, found);
  };

const structJudge = (fields: readonly StructField[], rules: Rules['fields']): ValueJudge => {
  const judges = fields.map((field) => {
    const own = rules?.[field.name] ?? noRules;
    return { ...field, own, judge: scalarJudge(field.type, own) };
  });
  return (value, name, found) => {
    if (!isObject(value)) {
      found.push(`${name} must be an object, and is ${kindOf(value)}`);
      return;
    }
    for (const field of judges) {
      const there = firstOf(value, field.from);
      if (there !== undefined) field.judge(there, `${name}.${field.name}`, found);
      else if (field.own.required === true) found.push(`${name}.${field.name} is missing`);
    }
  };
};

const valueJudge = (type: ColumnType, rules: Rules): ValueJudge => {
  if (typeof type === 'string') return scalarJudge(type, rules);
  const { arrayOf } = type;
  if (typeof arrayOf === 'string') return listJudge(scalarJudge(arrayOf, rules), true);
  return listJudge(structJudge(arrayOf, rules.fields), false);
};

const firstOf = (object: JsonObject, paths: readonly Names[]): unknown => {
  for (const path of paths) {
    const value = valueAt(object, path);
    if (value !== undefined) return value;
  }
  return undefined;
};

const placeOf = ({ in: place, path }: Source): string =>
  `${place === 'context' ? 'context.' : ''}${path.join('.')}`;

/** A source of a column, and what its value is called: the column, and the sender's name for it if that is another. */
interface Labelled extends Source {
  label: string;
}

const labelled =
  (column: string) =>
  (source: Source): Labelled => {
    const place = placeOf(source);
    return { ...source, label: place === column ? column : `${column}: ${place}` };
  };

const missing = (column: string, sources: readonly Source[]): string => {
  const places = sources.map(placeOf);
  const own = places.length === 1 && places[0] === column;
  return `${column} is missing${own ? '' : ` (read from ${places.join(', ')})`}`;
};

/** Judges one column of an event. */
type ColumnJudge = (event: Judged, found: string[]) => void;

const columnJudge = (
  column: string,
  type: ColumnType,
  sources: readonly Source[],
  rules: Rules,
): ColumnJudge => {
  const judge = valueJudge(type, rules);
  const places = sources.map(labelled(column));
  const saysMissing = rules.required === true ? missing(column, sources) : undefined;
  return (event, found) => {
    for (const { in: place, path, label } of places) {
      const value = valueAt(event[place], path);
      if (value !== undefined) return judge(value, label, found);
    }
    if (saysMissing !== undefined) found.push(saysMissing);
  };
};

/** The judge of an event type. */
export const judgeOf = (type: EventType, columns: readonly CatalogColumn[]): Judge => {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  const judges = Object.entries(type.columns).flatMap(([name, sources]) => {
    const of = types.get(name);
    return of === undefined ? [] : [columnJudge(name, of, sources, type.contract?.columns[name] ?? noRules)];
  });
  return (event) => {
    const found: string[] = [];
    for (const judge of judges) {
      if (found.length >= MOST) break;
      judge(event, found);
    }
    return found;
  };
};
