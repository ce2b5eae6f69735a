import { type Node, positionOf } from '../grammar/grammar.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import { duckType, isOpen, type TrinoType, typeText } from '../types/types.ts';
import type { Scope, Typed } from './scope.ts';

type Handler = (node: Node, scope: Scope) => Typed;

const handlers = new Map<unknown, Handler>();

/** Says how one kind of parse-tree node becomes DuckDB SQL. A kind nobody spoke for is refused by name. */
export const on = <N extends Node>(
  kind: new (...args: never[]) => N,
  handler: (node: N, scope: Scope) => Typed,
): void => {
  handlers.set(kind, (node, scope) => {
    if (!(node instanceof kind)) throw new Error(`handler of ${kind.name} was given another node`);
    return handler(node, scope);
  });
};

/** Any expression of the parse tree. */
export const translate = (node: Node | null | undefined, scope: Scope): Typed => {
  if (!node) throw new Error('the parse tree lacks a node');
  const handler = handlers.get(node.constructor);
  if (!handler) throw notSupported(node.constructor.name.replace(/^_|Context\d*$/g, ''), positionOf(node));
  return handler(node, scope);
};

const isCoerced = (from: TrinoType, to: TrinoType): boolean =>
  from.name !== to.name ||
  Boolean(to.args) ||
  Boolean(to.fields) ||
  to.precision !== from.precision ||
  to.scale !== from.scale;

/** `typed` as a value of `type`: only for coercions that Trino makes by itself. */
export const coerce = (typed: Typed, type: TrinoType): string =>
  type.name === 'any' || typed.type.name === 'any' || !isCoerced(typed.type, type)
    ? typed.sql
    : `CAST(${typed.sql} AS ${duckType(type)})`;

export const mismatch = (what: string, node: Node): TrinoError =>
  new TrinoError('TYPE_MISMATCH', what, positionOf(node));

/** Refuses a value that is not of the kind wanted. A NULL, or a value whose type we do not know, may pass. */
export const demand = (typed: Typed, fits: (type: TrinoType) => boolean, what: string, node: Node): void => {
  if (!isOpen(typed.type) && !fits(typed.type)) throw mismatch(`${what}: ${typeText(typed.type)}`, node);
};

export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
