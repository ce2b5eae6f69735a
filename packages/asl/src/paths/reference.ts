import { StatesError } from '../errors.ts';
import { isObject, type Json } from '../values.ts';
import type { Path } from './path.ts';

/** A reference path names exactly one place: what ResultPath may be. */
export const isReference = (path: Path): boolean => path.root === '$' && path.definite;

/** A copy of `document` with `value` at the reference path; objects on the way are made, arrays must be there. */
export const withValue = (document: Json, path: Path, value: Json): Json => place(document, path, 0, value);

const place = (node: Json, path: Path, depth: number, value: Json): Json => {
  const segment = path.segments[depth];
  if (segment === undefined) return value;
  if (segment.kind === 'names') {
    // A document that cannot hold a field: AWS refuses rather than replacing it.
    if (depth === 0 && !isObject(node)) throw noMatch(path, node);
    const [name] = segment.names;
    const fields = isObject(node) ? node : {};
    return name === undefined
      ? node
      : { ...fields, [name]: place(field(fields, name), path, depth + 1, value) };
  }
  const index = segment.kind === 'indexes' ? segment.indexes[0] : undefined;
  if (index === undefined || !Array.isArray(node) || node[index] === undefined) throw noMatch(path, node);
  return node.with(index, place(node[index], path, depth + 1, value));
};

const field = (fields: { [key: string]: Json }, name: string): Json =>
  Object.hasOwn(fields, name) ? (fields[name] ?? {}) : {};

const noMatch = (path: Path, node: Json): StatesError =>
  new StatesError(
    'States.ResultPathMatchFailure',
    `Unable to apply step "${path.text}" to input ${JSON.stringify(node)}`,
  );
