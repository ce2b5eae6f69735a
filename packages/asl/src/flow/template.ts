import type { Compiler } from '../compile/compiler.ts';
import { isIntrinsic, parseIntrinsic } from '../intrinsics/parse.ts';
import { lookUp, select } from '../paths/lookUp.ts';
import { parsePath } from '../paths/parse.ts';
import type { Scope } from '../scope.ts';
import { isObject, type Json } from '../values.ts';

type Evaluate = (scope: Scope) => Json;

/** A JSONPath payload template: fields whose name ends in `.$` hold a path or an intrinsic function. */
export const compileTemplate = (compiler: Compiler, field: string, template: Json): Evaluate => {
  if (Array.isArray(template)) {
    const items = template.map((item, index) => compileTemplate(compiler, `${field}[${index}]`, item));
    return (scope) => items.map((item) => item(scope));
  }
  if (!isObject(template)) return () => template;
  const fields = Object.entries(template).map(([key, value]) => compileField(compiler, field, key, value));
  return (scope) => Object.fromEntries(fields.map(([key, evaluate]) => [key, evaluate(scope)]));
};

const compileField = (compiler: Compiler, parent: string, key: string, value: Json): [string, Evaluate] => {
  const field = `${parent}/${key}`;
  if (!key.endsWith('.$')) return [key, compileTemplate(compiler, field, value)];
  if (typeof value === 'string')
    return [key.slice(0, -2), compilePathOrIntrinsic(compiler, field, value, key)];
  compiler.problem(
    'The value of a field whose name ends in .$ must be a JSONPath or an intrinsic function',
    field,
  );
  return [key, () => null];
};

/** `$.a`, `$$.Execution.Name`, `$variable` or `States.Format(…)`; `name` is how a failure at run time calls it. */
export const compilePathOrIntrinsic = (
  compiler: Compiler,
  field: string,
  text: string,
  name = field,
): Evaluate => {
  const parse = () => (isIntrinsic(text) ? parseIntrinsic(text, name) : lookUp(parsePath(text), name));
  return compiler.attempt<Evaluate>(field, parse, () => null);
};

/** The value of a field `…Path` of a state: a path or an intrinsic function. */
export const compileFieldPath = (compiler: Compiler, field: string, text: string): Evaluate =>
  isIntrinsic(text)
    ? compilePathOrIntrinsic(compiler, field, text)
    : compiler.attempt<Evaluate>(
        field,
        () => select(parsePath(text)),
        () => null,
      );
