import { runtimeError } from '../errors.ts';
import type { Scope } from '../scope.ts';
import type { Json } from '../values.ts';
import { evaluate, type Path, type Segment } from './path.ts';

/** The value at a path, or undefined: the data, the context object or a variable. */
export const find = (path: Path, scope: Scope): Json | undefined => {
  if (path.root === '$') return evaluate(path, scope.input);
  if (path.root === '$$') return evaluate(path, scope.context());
  const variable = scope.variables.get(path.root);
  return variable === undefined ? undefined : evaluate(path, variable);
};

/** The value at a path that must be there; `field` is the field of the state the path stands in. */
export const lookUp =
  (path: Path, field: string): ((scope: Scope) => Json) =>
  (scope) => {
    const value = find(path, scope);
    if (value !== undefined) return value;
    const input = JSON.stringify(scope.input);
    throw runtimeError(
      `The JSONPath '${path.text}' specified for the field '${field}' could not be found in the input '${input}'`,
    );
  };

/** The value a field like InputPath or TimeoutSecondsPath selects. Those fail in the words of AWS's JSONPath library. */
export const select =
  (path: Path): ((scope: Scope) => Json) =>
  (scope) => {
    const value = find(path, scope);
    if (value !== undefined) return value;
    throw runtimeError(`Invalid path '${path.text}' : ${missing(path, scope)}`);
  };

const missing = (path: Path, scope: Scope): string => {
  const prefixes = path.segments.slice(0, -1).map((_, index) => path.segments.slice(0, index + 1));
  const absent = prefixes.find((segments) => find({ ...path, segments }, scope) === undefined);
  return absent === undefined
    ? `No results for path: ${bracketed(path.root, path.segments)}`
    : `Missing property in path ${bracketed(path.root, absent)}`;
};

/** `$['a'][0]` */
const bracketed = (root: string, segments: readonly Segment[]): string => {
  const steps = segments.map((segment) => {
    if (segment.kind === 'names') return `['${segment.names.join("','")}']`;
    return segment.kind === 'indexes' ? `[${segment.indexes.join(',')}]` : '[*]';
  });
  return root + steps.join('');
};
