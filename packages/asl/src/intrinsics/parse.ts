import { StateFailure } from '../errors.ts';
import { Cursor, unescapeQuoted } from '../paths/cursor.ts';
import { lookUp } from '../paths/lookUp.ts';
import { readPath } from '../paths/parse.ts';
import type { Scope } from '../scope.ts';
import type { Json } from '../values.ts';
import { arrays } from './arrays.ts';
import { type Intrinsic, intrinsicFailure } from './function.ts';
import { json } from './json.ts';
import { math } from './math.ts';
import { format, strings } from './strings.ts';

type Evaluate = (scope: Scope) => Json;

interface Argument {
  evaluate: Evaluate;
  /** a literal as it is written, for States.Format */
  raw?: string;
}

const intrinsics: { readonly [name: string]: Intrinsic } = { ...arrays, ...strings, ...json, ...math };

export const isIntrinsic = (text: string): boolean => text.startsWith('States.');

/** `States.Name(argument, …)`: paths, literals and calls as arguments. Throws SyntaxError. `field` names it in errors. */
export const parseIntrinsic = (text: string, field: string): Evaluate => {
  const cursor = new Cursor(text.trim());
  const evaluate = parseCall(cursor, field);
  if (!cursor.done) cursor.fail('this is not an intrinsic function');
  return evaluate;
};

const parseCall = (cursor: Cursor, field: string): Evaluate => {
  const start = cursor.at;
  cursor.expect('States.');
  const name = cursor.match(/[A-Za-z0-9]+/y) ?? cursor.fail('expected the name of a function');
  const args = parseArguments(cursor, field);
  const text = cursor.text.slice(start, cursor.at);
  const call = bind(name, args, cursor);
  return (scope) => {
    try {
      return call(scope);
    } catch (error) {
      if (!(error instanceof StateFailure) || error.error !== 'States.IntrinsicFailure') throw error;
      const reason = error.reason ?? '';
      // A nested call has said already which one it was.
      throw reason.startsWith('The function ')
        ? error
        : intrinsicFailure(`The function '${text}' had the following error: ${reason}`);
    }
  };
};

const bind = (name: string, args: readonly Argument[], cursor: Cursor): Evaluate => {
  if (name === 'Format') return bindFormat(args, cursor);
  const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  if (intrinsic === undefined) return cursor.fail(`there is no intrinsic function States.${name}`);
  const [min, max] = intrinsic.arity;
  if (args.length < min || args.length > max)
    cursor.fail(`States.${name} does not take ${args.length} arguments`);
  return (scope) =>
    intrinsic.call(
      args.map((argument) => argument.evaluate(scope)),
      scope.random,
    );
};

const bindFormat = (args: readonly Argument[], cursor: Cursor): Evaluate => {
  const [template, ...values] = args;
  if (template === undefined) return cursor.fail('States.Format needs a template');
  return (scope) => {
    const text = template.raw ?? template.evaluate(scope);
    if (typeof text !== 'string') throw intrinsicFailure('The template must be a string');
    return format(
      text,
      values.map((value) => value.evaluate(scope)),
    );
  };
};

const parseArguments = (cursor: Cursor, field: string): Argument[] => {
  const args: Argument[] = [];
  cursor.expect('(');
  cursor.skipSpace();
  if (cursor.take(')')) return args;
  do {
    cursor.skipSpace();
    args.push(parseArgument(cursor, field));
    cursor.skipSpace();
  } while (cursor.take(','));
  cursor.expect(')');
  return args;
};

const parseArgument = (cursor: Cursor, field: string): Argument => {
  const start = cursor.peek();
  if (start === "'") {
    const raw = cursor.quoted();
    checkEscapes(raw, cursor);
    const text = unescapeQuoted(raw);
    return { evaluate: () => text, raw };
  }
  if (start === '$') return { evaluate: lookUp(readPath(cursor), field) };
  if (cursor.peek('States.'.length) === 'States.') return { evaluate: parseCall(cursor, field) };
  const literal = cursor.match(/-?\d+(\.\d+)?([eE][-+]?\d+)?|true|false|null/y);
  if (literal === undefined) return cursor.fail('expected a path, a literal or a function');
  const value: Json = JSON.parse(literal);
  return { evaluate: () => value };
};

/** A backslash frees a quote, a brace or itself. AWS refuses one before anything else, a double quote too. */
const checkEscapes = (raw: string, cursor: Cursor): void => {
  const [, other] = /^(?:[^\\]|\\['\\{}])*\\([^'\\{}])/.exec(raw) ?? [];
  if (other !== undefined) cursor.fail(`\\${other} is not an escape sequence`);
};
