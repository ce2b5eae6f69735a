import { isObject, type JsonObject } from '../json/parse.ts';
import type { Names } from './columnType.ts';
import type { Source } from './eventType.ts';

/** What stands at a place; undefined where nothing is, or null. A path leads through objects only. */
export const valueAt = (object: JsonObject, path: Names): unknown => {
  let value: unknown = object;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value ?? undefined;
};

/** Of several places the first where something is. */
export const valueAtFirst = (
  event: Readonly<Record<Source['in'], JsonObject>>,
  sources: readonly Source[],
): unknown => {
  for (const { in: place, path } of sources) {
    const value = valueAt(event[place], path);
    if (value !== undefined) return value;
  }
  return undefined;
};
