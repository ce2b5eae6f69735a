import type { ScalarType } from '../../events/columnType.ts';
import { ruleChecks } from '../../events/contract/rules.ts';
import type { CatalogColumn, EventType } from '../../events/eventType.ts';
import {
  columnReader,
  groupTextOf,
  type ReadColumn,
  scaled,
  scaleOf,
  windowColumns,
} from '../../events/windows/columns.ts';
import type { Condition, Measure, WindowType } from '../../events/windows/windowType.ts';
import type { JsonObject } from '../../json/parse.ts';
import { withValue } from './sketch.ts';
import type { GroupValues } from './state.ts';

/** What a window makes of one event: nothing, or one more in a group. */
export interface Counter {
  readonly window: WindowType;
  /** The JSON of the group that the event belongs to; undefined where it is not counted. */
  groupOf(event: JsonObject): string | undefined;
  add(values: GroupValues, event: JsonObject): void;
}

/** The project's own event types and columns. */
export interface Catalog {
  eventTypes: readonly EventType[];
  columns: readonly CatalogColumn[];
}

interface TypedColumn {
  type: ScalarType;
  read: ReadColumn;
}

type Columns = (name: string) => TypedColumn;

/** A column's value of an event as text, or null. */
type TextOf = (event: JsonObject) => string | null;

const textReader = ({ type, read }: TypedColumn): TextOf => {
  const textOf = groupTextOf(type);
  return (event) => textOf(read(event));
};

const columnsOf = ({ of }: WindowType, { eventTypes, columns }: Catalog): Columns => {
  const types = windowColumns(of, columns);
  return (name) => {
    const type = types.get(name) ?? 'string';
    return { type, read: columnReader(name, type, of === 'events' ? eventTypes : []) };
  };
};

/** A condition holds for values alone: of a column without one it says nothing. */
const holdsOf = ({ column, not, ...rules }: Condition, columnOf: Columns) => {
  const { type, read } = columnOf(column);
  const checks = ruleChecks(type, rules);
  const excluded = ruleChecks(type, not === undefined ? {} : { allowed: not });
  return (event: JsonObject): boolean => {
    const value = read(event);
    if (value === null) return false;
    const isExcluded = excluded.length > 0 && excluded.every((check) => check(value) === undefined);
    return !isExcluded && checks.every((check) => check(value) === undefined);
  };
};

type Add = (values: GroupValues, event: JsonObject) => void;

const countAdder =
  (name: string): Add =>
  (values) => {
    values[name] = Number(values[name] ?? 0) + 1;
  };

const sumAdder = (name: string, { type, read }: TypedColumn): Add => {
  const scale = scaleOf(type);
  return (values, event) => {
    const value = read(event);
    if (value === null) return;
    const before = values[name];
    if (scale === undefined) values[name] = Number(before ?? 0) + Number(JSON.stringify(value));
    else values[name] = String(BigInt(typeof before === 'string' ? before : 0) + scaled(value, scale));
  };
};

const distinctAdder =
  (name: string, textOf: TextOf): Add =>
  (values, event) => {
    const text = textOf(event);
    const before = values[name];
    if (text !== null) values[name] = withValue(typeof before === 'object' ? before : [], text);
  };

const adderOf = (measure: Measure, columnOf: Columns): Add => {
  if (measure.what === 'count') return countAdder(measure.name);
  const column = columnOf(measure.column);
  return measure.what === 'sum'
    ? sumAdder(measure.name, column)
    : distinctAdder(measure.name, textReader(column));
};

export const counterOf = (window: WindowType, catalog: Catalog): Counter => {
  const columnOf = columnsOf(window, catalog);
  const conditions = window.where.map((condition) => holdsOf(condition, columnOf));
  const group = window.by.map((name) => [name, textReader(columnOf(name))] as const);
  const adders = window.measures.map((measure) => adderOf(measure, columnOf));
  return {
    window,
    groupOf(event) {
      if (!conditions.every((holds) => holds(event))) return undefined;
      return JSON.stringify(Object.fromEntries(group.map(([name, textOf]) => [name, textOf(event)])));
    },
    add(values, event) {
      for (const add of adders) add(values, event);
    },
  };
};
