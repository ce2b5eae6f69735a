import type { Compiler } from '../compile/compiler.ts';
import type { MapFields } from '../compile/schema.ts';
import { EvaluationFailure, runtimeError, StateFailure } from '../errors.ts';
import type { Expression } from '../flow/flow.ts';
import { compileJsonata } from '../flow/jsonata.ts';
import { compileFieldPath, compileTemplate } from '../flow/template.ts';
import type { Scope } from '../scope.ts';
import { isObject, type Json } from '../values.ts';

export type Items = (scope: Scope) => Promise<readonly Json[]>;
/** What an iteration gets; the scope's context holds its item. */
export type ItemSelector = (scope: Scope, item: Json) => Json | Promise<Json>;

export const compileItems = (compiler: Compiler, fields: MapFields): Items =>
  compiler.language === 'JSONata' ? jsonataItems(compiler, fields) : jsonPathItems(compiler, fields);

const jsonPathItems = (compiler: Compiler, { ItemsPath: path = '$' }: MapFields): Items => {
  const read = compileFieldPath(compiler, 'ItemsPath', path);
  return async (scope) => {
    const items = read(scope);
    if (Array.isArray(items)) return items;
    throw runtimeError(`Reference path "${path}" must point to array.`);
  };
};

const jsonataItems = (compiler: Compiler, { Items }: MapFields): Items => {
  const read = Items === undefined ? undefined : compileJsonata(compiler, 'Items', Items);
  const source = typeof Items === 'string' ? Items.slice(2, -2).trim() : '';
  return async (scope) => {
    const items = read === undefined ? scope.input : await read(scope);
    if (Array.isArray(items)) return items;
    const text = JSON.stringify(items);
    if (read === undefined) {
      throw new EvaluationFailure('Items', `Map state input must be an array but was: ${text}`);
    }
    const about = `The JSONata expression '${source}' specified for the field 'Items' returned an unexpected result type.`;
    throw new EvaluationFailure(
      'Items',
      `${about} Expected 'array', but was '${typeName(items)}' for value: ${text}`,
    );
  };
};

const typeName = (value: Json): string => {
  if (value === null) return 'null';
  return isObject(value) ? 'object' : typeof value;
};

export const compileItemSelector = (compiler: Compiler, fields: MapFields): ItemSelector => {
  if (fields.ItemSelector !== undefined && fields.Parameters !== undefined) {
    compiler.problem('Only one of ItemSelector and Parameters (its old name) may be given');
  }
  const name = fields.ItemSelector === undefined ? 'Parameters' : 'ItemSelector';
  const template = fields[name];
  if (template === undefined) return (_, item) => item;
  const compile = compiler.language === 'JSONata' ? compileJsonata : compileTemplate;
  const evaluate: Expression = compile(compiler, name, template);
  return (scope) => evaluate(scope);
};

/** How many failed items a Map takes: by count, by share, none without either. */
export interface Tolerance {
  count: number | undefined;
  /** 0 to 100 */
  percentage: number | undefined;
}

export const exceeded = ({ count, percentage }: Tolerance, failed: number, total: number): boolean => {
  if (failed === 0) return false;
  if (count === undefined && percentage === undefined) return true;
  return (
    (count !== undefined && failed > count) ||
    (percentage !== undefined && (failed / total) * 100 > percentage)
  );
};

export const thresholdExceeded = (): StateFailure =>
  new StateFailure(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
