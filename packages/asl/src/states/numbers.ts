import type { Compiler } from '../compile/compiler.ts';
import { EvaluationFailure, runtimeError } from '../errors.ts';
import { compileJsonata } from '../flow/jsonata.ts';
import { compileFieldPath } from '../flow/template.ts';
import type { Scope } from '../scope.ts';
import type { Json } from '../values.ts';

export type NumberOf = (scope: Scope) => Promise<number | undefined>;

interface Field {
  name: string;
  literal: number | string | undefined;
  path?: string | undefined;
  kind: 'integer' | 'float';
  min: number;
  max: number;
}

/** AWS reads the text of what a path gives: "1" is as good as 1. */
const numbers = { integer: /^[-+]?\d+$/, float: /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i } as const;

/** A number given as `Field`, `FieldPath`, or in JSONata as an expression. undefined when it is not given. */
export const compileNumber = (compiler: Compiler, field: Field): NumberOf => {
  const { name, literal, path } = field;
  if (literal !== undefined && path !== undefined)
    compiler.problem(`Only one of ${name} and ${name}Path may be given`);
  if (path !== undefined) return fromPath(compiler, field, path);
  if (typeof literal === 'string' && compiler.language === 'JSONata')
    return fromExpression(compiler, field, literal);
  const valid = literal === undefined || (typeof literal === 'number' && inRange(field, literal));
  if (!valid)
    compiler.problem(`${name} must be ${described(field)}, but is ${JSON.stringify(literal)}`, name);
  return async () => (typeof literal === 'number' ? literal : undefined);
};

const fromPath = (compiler: Compiler, field: Field, path: string): NumberOf => {
  const name = `${field.name}Path`;
  const evaluate = compileFieldPath(compiler, name, path);
  return async (scope) => {
    const given = evaluate(scope);
    const text = typeof given === 'string' ? given : JSON.stringify(given);
    const value = numbers[field.kind].test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value))
      throw runtimeError(
        `The ${name} field refers to value "${text}" which is not a valid ${field.kind}: ${path}`,
      );
    if (!inRange(field, value)) throw runtimeError(`${field.name} must be ${described(field)}.`);
    return value;
  };
};

const fromExpression = (compiler: Compiler, field: Field, text: string): NumberOf => {
  const evaluate = compileJsonata(compiler, field.name, text);
  const about = `The JSONata expression '${text.slice(2, -2).trim()}' specified for the field '${field.name}'`;
  return async (scope) => {
    const value: Json = await evaluate(scope);
    if (typeof value === 'number' && inRange(field, value)) return value;
    const found = `'${typeof value}' for value: ${JSON.stringify(value)}`;
    throw new EvaluationFailure(
      field.name,
      `${about} returned an unexpected result type. Expected '${field.kind}', but was ${found}`,
    );
  };
};

const inRange = (field: Field, value: number): boolean => {
  const whole = field.kind === 'float' || Number.isInteger(value);
  return whole && value >= field.min && value <= field.max;
};

const described = ({ kind, min, max }: Field): string =>
  kind === 'float' ? `between ${min} and ${max}` : `an integer from ${min} to ${max}`;
