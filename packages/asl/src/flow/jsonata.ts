import jsonata from 'jsonata';
import type { Compiler } from '../compile/compiler.ts';
import type { FlowFields } from '../compile/schema.ts';
import { EvaluationFailure } from '../errors.ts';
import type { Scope } from '../scope.ts';
import { isObject, type Json } from '../values.ts';
import { type CatchFlow, type Expression, type Flow, nothingAssigned } from './flow.ts';
import { stepFunctionsOf } from './jsonataFunctions.ts';

const wrapped = /^\{%([\s\S]*)%\}$/;

export const isJsonata = (text: string): boolean => text.startsWith('{%') || text.endsWith('%}');

/** Assign and Output, both from `$states`; a state has no paths. */
export const jsonataFlow = (compiler: Compiler, fields: FlowFields): Flow => {
  const argument = fields.Arguments;
  const output = fields.Output;
  const finish = output === undefined ? undefined : compileJsonata(compiler, 'Output', output);
  const assign = compileAssign(compiler, fields.Assign);
  return {
    input: (scope) => scope.input,
    argument:
      argument === undefined ? (scope) => scope.input : compileJsonata(compiler, 'Arguments', argument),
    finish: async (scope, _raw, result) => {
      const done = result === undefined ? scope : { ...scope, result };
      const assigned = await assign(done);
      const fallback = result === undefined ? scope.input : result;
      return { output: finish ? await finish(done) : fallback, assigned };
    },
  };
};

export const jsonataCatchFlow = (compiler: Compiler, fields: FlowFields): CatchFlow => {
  const output = fields.Output === undefined ? undefined : compileJsonata(compiler, 'Output', fields.Output);
  const assign = compileAssign(compiler, fields.Assign);
  return async (scope, _raw, errorOutput) => {
    const failed = { ...scope, errorOutput };
    const assigned = await assign(failed);
    return { output: output ? await output(failed) : errorOutput, assigned };
  };
};

const compileAssign = (compiler: Compiler, fields: FlowFields['Assign']) => {
  const assign = fields === undefined ? undefined : compileJsonata(compiler, 'Assign', fields);
  return async (scope: Scope): Promise<ReadonlyMap<string, Json>> =>
    assign ? new Map(Object.entries((await assign(scope)) ?? {})) : nothingAssigned;
};

/** A JSON value whose strings of the form `{% … %}` are expressions. */
export const compileJsonata = (compiler: Compiler, field: string, template: Json): Expression => {
  if (typeof template === 'string') return compileText(compiler, field, template);
  if (Array.isArray(template)) {
    const items = template.map((item, index) => compileJsonata(compiler, `${field}[${index}]`, item));
    return (scope) => Promise.all(items.map((item) => item(scope)));
  }
  if (!isObject(template)) return () => template;
  const fields = Object.entries(template).map(
    ([key, value]) => [key, compileJsonata(compiler, `${field}/${key}`, value)] as const,
  );
  return async (scope) => {
    const values: [string, Json][] = [];
    for (const [key, evaluate] of fields) values.push([key, await evaluate(scope)]);
    return Object.fromEntries(values);
  };
};

const compileText = (compiler: Compiler, field: string, text: string): Expression => {
  const source = wrapped.exec(text)?.[1]?.trim();
  if (source === undefined) {
    if (isJsonata(text)) compiler.problem('A JSONata expression needs both {% and %}', field);
    return () => text;
  }
  try {
    const expression = jsonata(source);
    return (scope) => evaluate(expression, source, field, scope);
  } catch (error) {
    compiler.problem(`The JSONata expression '${source}' cannot be parsed: ${messageOf(error)}`, field);
    return () => null;
  }
};

const evaluate = async (
  expression: jsonata.Expression,
  source: string,
  field: string,
  scope: Scope,
): Promise<Json> => {
  const about = `The JSONata expression '${source}' specified for the field '${field}'`;
  const value: unknown = await expression.evaluate(undefined, bindings(scope)).catch((error: unknown) => {
    throw new EvaluationFailure(field, `${about} threw an error during evaluation. ${messageOf(error)}`);
  });
  if (value === undefined) throw new EvaluationFailure(field, `${about} returned nothing (undefined).`);
  // JSONata's own arrays carry hidden marks; and a function has no text at all.
  const text: string | undefined = isFunction(value) ? undefined : JSON.stringify(value);
  if (text === undefined) throw new EvaluationFailure(field, `${about} returned an unsupported result type.`);
  const plain: Json = JSON.parse(text);
  return plain;
};

const isFunction = (value: unknown): boolean => {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && '_jsonata_lambda' in value;
};

/** `$states`, the variables, and the functions AWS adds to JSONata; `$eval` is taken away as AWS does. */
const bindings = (scope: Scope): Record<string, unknown> => {
  const states = {
    input: scope.input,
    context: scope.context(),
    ...(scope.result === undefined ? {} : { result: scope.result }),
    ...(scope.errorOutput === undefined ? {} : { errorOutput: scope.errorOutput }),
  };
  return {
    ...Object.fromEntries(scope.variables),
    states,
    eval: undefined,
    ...stepFunctionsOf(scope.random),
  };
};

const messageOf = (error: unknown): string => {
  if (!isThrown(error)) return String(error);
  return error.code === undefined ? error.message : `${error.code}: ${error.message}`;
};

/** jsonata throws plain objects with a code and a message. */
const isThrown = (error: unknown): error is { code?: string; message: string } =>
  typeof error === 'object' && error !== null && 'message' in error;
