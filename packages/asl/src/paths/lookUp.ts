import { runtimeError } from '../errors.ts';
import type { Scope } from '../scope.ts';
import type { Json } from '../values.ts';
import { evaluate, type Path } from './path.ts';

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
