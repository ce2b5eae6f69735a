import { readJson } from '../duckdb/json/reader.ts';
import { writeJson } from '../duckdb/json/writer.ts';
import { type Node, parseExpression, positionOf, T } from '../grammar/grammar.ts';
import { stringValue, unquote } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { cast } from './casts.ts';
import { intervalOf } from './intervals.ts';
import type { Typed } from './scope.ts';
import { on, text, translate } from './translate.ts';
import { decimalType } from './writtenTypes.ts';
import { demandYear, readTime } from './zonedText.ts';
import { demandMicros, instantOf, rounded } from './zones.ts';

const integerLiteral = (written: string, at: { line: number; column: number }): Typed => {
  const value = BigInt(written.replaceAll('_', ''));
  if (BigInt.asIntN(64, value) !== value)
    throw new TrinoError('SYNTAX_ERROR', `Invalid numeric literal: ${written}`, at);
  const type = BigInt.asIntN(32, value) === value ? types.INTEGER : types.BIGINT;
  // a bare number of DuckDB takes the type of what stands beside it; Trino's has a type of its own
  const digits = value < 0n ? `(${value})` : String(value);
  return { sql: `${digits}::${type.name.toUpperCase()}`, type, literal: String(value) };
};

const decimalLiteral = (written: string, node: Node): Typed => {
  const plain = written.replaceAll('_', '');
  const [whole = '', fraction = ''] = plain.split('.');
  const significant = whole.replace(/^-?0*/, '');
  const precision = Math.max(1, significant.length + fraction.length);
  const type = decimalType(precision, fraction.length, node);
  return { sql: `CAST('${plain}' AS ${types.duckType(type)})`, type, literal: plain };
};

on(T.NumericLiteralContext, (node) => {
  const number = node.number();
  const written = number.getText();
  if (number instanceof T.IntegerLiteralContext) return integerLiteral(written, positionOf(node));
  if (number instanceof T.DecimalLiteralContext) return decimalLiteral(written, node);
  return { sql: `CAST('${written.replaceAll('_', '')}' AS DOUBLE)`, type: types.DOUBLE, literal: written };
});

const stringLiteral = (value: string): Typed => ({
  sql: text(value),
  type: types.varcharOf([...value].length),
  literal: value,
});

on(T.StringLiteralContext, (node) => stringLiteral(stringValue(node.string())));

on(T.NullLiteralContext, () => ({ sql: 'NULL', type: types.UNKNOWN }));
on(T.BooleanLiteralContext, (node) => ({ sql: node.getText().toUpperCase(), type: types.BOOLEAN }));
on(T.BinaryLiteralContext, (node) => {
  const digits = node.getText().slice(2, -1).replaceAll(/\s/g, '');
  if (digits.length % 2 === 1)
    throw new TrinoError(
      'SYNTAX_ERROR',
      'Binary literal must contain an even number of digits',
      positionOf(node),
    );
  if (/[^0-9a-f]/i.test(digits))
    throw new TrinoError(
      'SYNTAX_ERROR',
      'Binary literal can only contain hexadecimal digits',
      positionOf(node),
    );
  return { sql: `unhex('${digits}')`, type: types.VARBINARY };
});
const instant = (now: Date): string => `CAST('${now.toISOString()}' AS TIMESTAMPTZ)`;

/** The time of the statement with the digits that are asked for. */
const present = (
  type: types.TrinoType,
  sql: string,
  digits: string | null | undefined,
  node: Node,
): Typed => {
  const wanted = types.withFraction(type, demandMicros(Number(digits ?? 3), node));
  return { sql: rounded(sql, 3, wanted), type: wanted };
};

on(T.CurrentTimestampContext, (node, scope) => {
  const { sql, type } = present(
    types.TIMESTAMP_TZ,
    plainNow(scope.statement.now),
    node._precision?.text,
    node,
  );
  return { sql: `CAST(${sql} AS TIMESTAMPTZ)`, type };
});
const plainNow = (now: Date): string => `CAST(${instant(now)} AS TIMESTAMP)`;
on(T.CurrentDateContext, (_node, scope) => ({
  sql: `CAST(${instant(scope.statement.now)} AS DATE)`,
  type: types.DATE,
}));
on(T.LocalTimestampContext, (node, scope) =>
  present(types.TIMESTAMP, plainNow(scope.statement.now), node._precision?.text, node),
);
on(T.CurrentSchemaContext, (_node, scope) => stringLiteral(scope.database));
on(T.CurrentCatalogContext, (node, scope) => {
  const { catalog } = scope.statement;
  if (catalog === undefined) throw notSupported('CURRENT_CATALOG outside of a catalog', positionOf(node));
  return stringLiteral(catalog);
});

on(T.IntervalLiteralContext, (node) => intervalOf(node.interval()));

const typed: Record<string, types.TrinoType> = {
  real: types.REAL,
  double: types.DOUBLE,
  bigint: types.BIGINT,
  integer: types.INTEGER,
  int: types.INTEGER,
  smallint: types.SMALLINT,
  tinyint: types.TINYINT,
  boolean: types.BOOLEAN,
  varchar: types.VARCHAR,
  varbinary: types.VARBINARY,
};

const invalid = (value: string, type: string, node: Node): TrinoError =>
  new TrinoError('INVALID_LITERAL', `'${value}' is not a valid ${type} literal`, positionOf(node));

const timestampLiteral = (value: string, node: Node): Typed => {
  demandYear(value, node);
  const time = readTime(value);
  if (!time) throw invalid(value, 'TIMESTAMP', node);
  const wall = `CAST(${text(time.wall)} AS TIMESTAMP)`;
  const digits = demandMicros(time.digits, node);
  if (time.zone === undefined) return { sql: wall, type: types.withFraction(types.TIMESTAMP, digits) };
  const type = { ...types.withFraction(types.TIMESTAMP_TZ, digits), zone: time.zone };
  return { sql: instantOf(wall, time.zone), type };
};

const timeLiteral = (value: string, node: Node): Typed => {
  const [, hours, minutes, seconds = '0', fraction = '', offset] =
    /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*([+-].*)?$/.exec(value) ?? [];
  if (offset !== undefined) throw notSupported('the type time with time zone', positionOf(node));
  if (Number(hours ?? 24) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
    throw invalid(value, 'TIME', node);
  const type = types.withFraction(types.TIME, demandMicros(fraction.length, node));
  return { sql: `CAST(${text(value)} AS TIME)`, type };
};

const dateLiteral = (value: string, node: Node): Typed => {
  demandYear(value, node);
  const time = /^\s*[+-]?\d{4,}-\d{1,2}-\d{1,2}\s*$/.test(value) ? readTime(value) : undefined;
  if (!time) throw invalid(value, 'DATE', node);
  return { sql: `CAST(${text(value.trim())} AS DATE)`, type: types.DATE };
};

const jsonLiteral = (value: string, node: Node): Typed => {
  try {
    return { sql: text(writeJson(readJson(value), true)), type: types.JSON_TYPE };
  } catch {
    throw invalid(value, 'JSON', node);
  }
};

const specialLiterals: Record<string, (value: string, node: Node) => Typed> = {
  timestamp: timestampLiteral,
  time: timeLiteral,
  date: dateLiteral,
  json: jsonLiteral,
  decimal: (value, node) => {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)) throw invalid(value, 'DECIMAL', node);
    return decimalLiteral(value.replace('+', ''), node);
  },
};

on(T.TypeConstructorContext, (node) => {
  const name = node.identifier()?.getText().toLowerCase() ?? 'double';
  const value = unquote(node.string().getText());
  const special = specialLiterals[name];
  if (special) return special(value, node);
  const type = typed[name];
  if (!type) throw notSupported(`a literal of type ${name}`, positionOf(node));
  return { sql: cast({ sql: text(value), type: types.VARCHAR }, type, node), type };
});

on(T.ParameterContext, (node, scope) => {
  const index = scope.statement.nextParameter;
  const parameter = scope.statement.parameters[index];
  if (parameter === undefined) {
    const counts = `expected ${index + 1} but found ${scope.statement.parameters.length}`;
    throw new TrinoError(
      'INVALID_FUNCTION_ARGUMENT',
      `Incorrect number of parameters: ${counts}`,
      positionOf(node),
    );
  }
  scope.statement.nextParameter += 1;
  return translate(parseExpression(parameter), scope);
});
