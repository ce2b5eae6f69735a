import * as types from './types.ts';

/**
 * A parameter of a function: a type, a type variable (one capital letter), or a lambda `fn(argument…, result)`.
 * `varchar(x)` is a text of any length, and as a result of the same length; `varchar(64)` is what it says.
 */
export interface Parameter {
  name: string;
  args: readonly Parameter[];
}

export interface Signature {
  name: string;
  /** as it was declared */
  text: string;
  parameters: readonly Parameter[];
  /** the last parameter may come again, or not at all */
  variadic: boolean;
  result: Parameter;
}

export type Bindings = Map<string, types.TrinoType>;

const parameterAt = (text: string, start: number): { parameter: Parameter; end: number } => {
  const name = /^[A-Za-z0-9 ]+/.exec(text.slice(start))?.[0] ?? '';
  let end = start + name.length;
  const args: Parameter[] = [];
  if (text[end] === '(') {
    do {
      const inner = parameterAt(text, text[end + 1] === ' ' ? end + 2 : end + 1);
      args.push(inner.parameter);
      end = inner.end;
    } while (text[end] === ',');
    end += 1;
  }
  return { parameter: { name: name.trim(), args }, end };
};

/** Reads `name(parameter, parameter*) result`. */
export const parseSignature = (text: string): Signature => {
  const open = text.indexOf('(');
  const variadic = text.includes('*)');
  const plain = text.replace('*)', ')');
  const empty = plain[open + 1] === ')';
  const { parameter, end } = empty
    ? { parameter: { name: '', args: [] }, end: open + 2 }
    : parameterAt(`f${plain.slice(open)}`, 0);
  const resultAt = empty ? end + 1 : open - 1 + end + 1;
  return {
    name: text.slice(0, open),
    text,
    parameters: parameter.args,
    variadic,
    result: parameterAt(plain, resultAt).parameter,
  };
};

const isVariable = (name: string): boolean => /^[A-Z]$/.test(name);
const constraint: Record<string, (type: types.TrinoType) => boolean> = {
  N: types.isNumeric,
  I: types.isInteger,
  D: types.isDecimal,
};

const bind = (name: string, type: types.TrinoType, bindings: Bindings): boolean => {
  const fits = constraint[name];
  if (fits && !fits(type) && !types.isOpen(type)) return false;
  const bound = bindings.get(name);
  const common = bound ? types.commonType(bound, type) : type;
  if (common) bindings.set(name, common);
  return common !== undefined;
};

const widens = (from: types.TrinoType, to: string, exact: boolean): boolean => {
  if (from.name === to || types.isOpen(from)) return true;
  if (to === 'varchar') return from.name === 'char';
  if (exact) return false;
  if (to === 'double') return types.isNumeric(from);
  if (to === 'bigint') return types.isInteger(from);
  if (to === 'integer') return from.name === 'smallint' || from.name === 'tinyint';
  if (to === 'timestamp') return from.name === 'date';
  if (to === 'timestamp with time zone') return from.name === 'date' || from.name === 'timestamp';
  if (to === 'real') return types.isNumeric(from) && from.name !== 'double';
  return false;
};

const bindLength = (parameter: Parameter, type: types.TrinoType, bindings: Bindings): boolean =>
  bind(parameter.args[0]?.name ?? 'x', types.isOpen(type) ? types.varcharOf(0) : type, bindings);

/** Whether a value of `type` may stand for the parameter; binds type variables on the way. */
export const accepts = (
  parameter: Parameter,
  type: types.TrinoType,
  bindings: Bindings,
  exact: boolean,
): boolean => {
  if (isVariable(parameter.name)) return bind(parameter.name, type, bindings);
  if (parameter.args.length === 0) return widens(type, parameter.name, exact);
  if (parameter.name === 'varchar')
    return widens(type, 'varchar', exact) && bindLength(parameter, type, bindings);
  if (types.isOpen(type)) return true;
  if (type.name !== parameter.name) return false;
  return parameter.args.every((arg, i) => accepts(arg, types.argOf(type, i), bindings, exact));
};

/** The type a parameter stands for once its variables are bound. */
export const typeOf = (parameter: Parameter, bindings: Bindings): types.TrinoType => {
  if (isVariable(parameter.name)) return bindings.get(parameter.name) ?? types.UNKNOWN;
  if (parameter.name === 'timestamp with time zone') return types.TIMESTAMP_TZ;
  if (parameter.args.length === 0) return { name: parameter.name };
  if (parameter.name === 'varchar') {
    const length = parameter.args[0]?.name ?? '';
    return /^\d+$/.test(length) ? types.varcharOf(Number(length)) : (bindings.get(length) ?? types.VARCHAR);
  }
  return { name: parameter.name, args: parameter.args.map((arg) => typeOf(arg, bindings)) };
};

export const parameterAtIndex = (signature: Signature, index: number): Parameter | undefined =>
  signature.parameters[index] ?? (signature.variadic ? signature.parameters.at(-1) : undefined);

export const takes = (signature: Signature, count: number): boolean =>
  signature.variadic ? count >= signature.parameters.length - 1 : count === signature.parameters.length;
