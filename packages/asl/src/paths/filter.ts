import { equal, type Json } from '../values.ts';
import { type Cursor, unescapeQuoted } from './cursor.ts';
import { evaluate, type Filter, isDefinite, type Segment } from './path.ts';

type Operand = (element: Json, root: Json) => Json | undefined;

/** Reads the rest of a path. A filter may hold paths and a path may hold filters: so the filter is given its reader. */
type ReadSegments = (cursor: Cursor) => Segment[];

const comparisons: { [operator: string]: (left: Json, right: Json) => boolean } = {
  '==': equal,
  '!=': (left, right) => !equal(left, right),
  '<=': (left, right) => order(left, right, (sign) => sign <= 0),
  '>=': (left, right) => order(left, right, (sign) => sign >= 0),
  '<': (left, right) => order(left, right, (sign) => sign < 0),
  '>': (left, right) => order(left, right, (sign) => sign > 0),
};

/** `a && (b || !c)` of comparisons and existence tests. Functions, `=~` and `in` are refused, not guessed. */
export const parseFilter = (cursor: Cursor, readSegments: ReadSegments): Filter => {
  const any = [parseAll(cursor, readSegments)];
  while (takeToken(cursor, '||')) any.push(parseAll(cursor, readSegments));
  return (element, root) => any.some((test) => test(element, root));
};

const parseAll = (cursor: Cursor, readSegments: ReadSegments): Filter => {
  const all = [parseTest(cursor, readSegments)];
  while (takeToken(cursor, '&&')) all.push(parseTest(cursor, readSegments));
  return (element, root) => all.every((test) => test(element, root));
};

const parseTest = (cursor: Cursor, readSegments: ReadSegments): Filter => {
  if (takeToken(cursor, '!')) {
    const test = parseTest(cursor, readSegments);
    return (element, root) => !test(element, root);
  }
  if (takeToken(cursor, '(')) {
    const test = parseFilter(cursor, readSegments);
    cursor.skipSpace();
    cursor.expect(')');
    return test;
  }
  const left = parseOperand(cursor, readSegments);
  const operator = Object.keys(comparisons).find((candidate) => takeToken(cursor, candidate));
  if (operator === undefined) return (element, root) => left(element, root) !== undefined;
  const right = parseOperand(cursor, readSegments);
  return (element, root) => compare(operator, left(element, root), right(element, root));
};

const compare = (operator: string, left: Json | undefined, right: Json | undefined): boolean => {
  if (left === undefined || right === undefined) return false;
  return comparisons[operator]?.(left, right) ?? false;
};

const parseOperand = (cursor: Cursor, readSegments: ReadSegments): Operand => {
  cursor.skipSpace();
  const start = cursor.peek();
  if (start === "'" || start === '"') {
    const text = unescapeQuoted(cursor.quoted());
    return () => text;
  }
  if (cursor.take('@')) return parseInnerPath(cursor, readSegments, (element) => element);
  if (cursor.take('$')) return parseInnerPath(cursor, readSegments, (_, root) => root);
  const literal = cursor.match(/-?\d+(\.\d+)?([eE][-+]?\d+)?|true|false|null/y);
  if (literal === undefined) return cursor.fail('expected a path or a literal in the filter');
  const value: Json = JSON.parse(literal);
  return () => value;
};

const parseInnerPath = (
  cursor: Cursor,
  readSegments: ReadSegments,
  rootOf: (element: Json, root: Json) => Json,
): Operand => {
  const segments = readSegments(cursor);
  const path = { segments, definite: isDefinite(segments) };
  return (element, root) => evaluate(path, rootOf(element, root));
};

const takeToken = (cursor: Cursor, token: string): boolean => {
  cursor.skipSpace();
  return cursor.take(token);
};

const order = (left: Json, right: Json, holds: (sign: number) => boolean): boolean => {
  if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
  if (typeof left === 'string' && typeof right === 'string')
    return holds(left < right ? -1 : left > right ? 1 : 0);
  return false;
};
