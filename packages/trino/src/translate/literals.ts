import { parseExpression, positionOf, T } from '../grammar/grammar.ts';
import { unquote } from '../grammar/names.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import type { Typed } from './scope.ts';
import { on, text, translate } from './translate.ts';

const integerLiteral = (written: string, at: { line: number; column: number }): Typed => {
  const value = BigInt(written.replaceAll('_', ''));
  if (BigInt.asIntN(64, value) !== value)
    throw new TrinoError('SYNTAX_ERROR', `Invalid numeric literal: ${written}`, at);
  const type = BigInt.asIntN(32, value) === value ? types.INTEGER : types.BIGINT;
  // a bare number of DuckDB takes the type of what stands beside it; Trino's has a type of its own
  const digits = value < 0n ? `(${value})` : String(value);
  return { sql: `${digits}::${type.name.toUpperCase()}`, type, literal: String(value) };
};

const decimalLiteral = (written: string): Typed => {
  const plain = written.replaceAll('_', '');
  const [whole = '', fraction = ''] = plain.split('.');
  const significant = whole.replace(/^-?0*/, '');
  const type = types.decimal(Math.max(1, significant.length + fraction.length), fraction.length);
  return { sql: `CAST('${plain}' AS ${types.duckType(type)})`, type, literal: plain };
};

on(T.NumericLiteralContext, (node) => {
  const number = node.number();
  const written = number.getText();
  if (number instanceof T.IntegerLiteralContext) return integerLiteral(written, positionOf(node));
  if (number instanceof T.DecimalLiteralContext) return decimalLiteral(written);
  return { sql: `CAST('${written.replaceAll('_', '')}' AS DOUBLE)`, type: types.DOUBLE, literal: written };
});

const stringLiteral = (value: string): Typed => ({
  sql: text(value),
  type: types.varcharOf([...value].length),
  literal: value,
});

on(T.StringLiteralContext, (node) => {
  const string = node.string();
  if (!(string instanceof T.BasicStringLiteralContext)) throw notSupported('a U& string', positionOf(node));
  return stringLiteral(unquote(string.getText()));
});

on(T.NullLiteralContext, () => ({ sql: 'NULL', type: types.UNKNOWN }));
on(T.BooleanLiteralContext, (node) => ({ sql: node.getText().toUpperCase(), type: types.BOOLEAN }));
on(T.BinaryLiteralContext, (node) => ({
  sql: `unhex('${node.getText().slice(2, -1).replaceAll(/\s/g, '')}')`,
  type: types.VARBINARY,
}));

const instant = (now: Date): string => `CAST('${now.toISOString()}' AS TIMESTAMPTZ)`;
on(T.CurrentTimestampContext, (_node, scope) => ({
  sql: instant(scope.statement.now),
  type: types.TIMESTAMP_TZ,
}));
on(T.CurrentDateContext, (_node, scope) => ({
  sql: `CAST(${instant(scope.statement.now)} AS DATE)`,
  type: types.DATE,
}));
on(T.LocalTimestampContext, (_node, scope) => ({
  sql: `CAST(${instant(scope.statement.now)} AS TIMESTAMP)`,
  type: types.TIMESTAMP,
}));
on(T.CurrentSchemaContext, (_node, scope) => stringLiteral(scope.database));
on(T.CurrentCatalogContext, (node, scope) => {
  const { catalog } = scope.statement;
  if (catalog === undefined) throw notSupported('CURRENT_CATALOG outside of a catalog', positionOf(node));
  return stringLiteral(catalog);
});

const monthUnits = ['YEAR', 'MONTH'];

on(T.IntervalLiteralContext, (node) => {
  const interval = node.interval();
  const [from, to] = interval.intervalField();
  const unit = from?.getText().toUpperCase() ?? '';
  const value = unquote(interval.string().getText());
  if (to || !/^-?\d+(\.\d+)?$/.test(value))
    throw notSupported('an interval of several fields', positionOf(node));
  const sign = interval.MINUS() ? '-' : '';
  const type = monthUnits.includes(unit) ? types.INTERVAL_YEAR : types.INTERVAL_DAY;
  return { sql: `(${sign}INTERVAL '${value} ${unit.toLowerCase()}')`, type };
});

const typed: Record<string, types.TrinoType> = {
  date: types.DATE,
  time: types.TIME,
  timestamp: types.TIMESTAMP,
  real: types.REAL,
  double: types.DOUBLE,
  json: types.JSON_TYPE,
  bigint: types.BIGINT,
  integer: types.INTEGER,
  int: types.INTEGER,
  smallint: types.SMALLINT,
  tinyint: types.TINYINT,
  boolean: types.BOOLEAN,
  varchar: types.VARCHAR,
};

const zoned = /^(\d{1,4}-\d{1,2}-\d{1,2}(?: [\d:.]+)?) ?([A-Za-z_]+(?:\/[A-Za-z_]+)*|[+-]\d{2}:\d{2})$/;

const timestampLiteral = (value: string): Typed => {
  const [, wall, zone] = zoned.exec(value) ?? [];
  if (!wall || !zone) return { sql: `CAST(${text(value)} AS TIMESTAMP)`, type: types.TIMESTAMP };
  const local = `CAST(${text(wall)} AS TIMESTAMP)`;
  return { sql: instantOf(local, zone), type: { ...types.TIMESTAMP_TZ, zone } };
};

/** Minutes east of UTC of a zone written as an offset. */
export const offsetMinutes = (zone: string): number | undefined => {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : undefined;
};

/** The instant at which clocks of `zone` show the timestamp. */
export const instantOf = (timestamp: string, zone: string): string => {
  const offset = offsetMinutes(zone);
  if (offset !== undefined) return `CAST((${timestamp} - INTERVAL '${offset} minutes') AS TIMESTAMPTZ)`;
  return zone === 'UTC' ? `CAST(${timestamp} AS TIMESTAMPTZ)` : `timezone(${text(zone)}, ${timestamp})`;
};

on(T.TypeConstructorContext, (node) => {
  const name = node.identifier()?.getText().toLowerCase() ?? 'double';
  const value = unquote(node.string().getText());
  if (name === 'timestamp') return timestampLiteral(value);
  if (name === 'decimal') return decimalLiteral(value);
  const type = typed[name];
  if (!type) throw notSupported(`a literal of type ${name}`, positionOf(node));
  if (name === 'json') return { sql: `trino_json_parse(${text(value)})`, type };
  return { sql: `CAST(${text(value)} AS ${types.duckType(type)})`, type };
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
