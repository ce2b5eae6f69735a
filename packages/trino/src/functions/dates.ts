import { type Node, positionOf } from '../grammar/grammar.ts';
import { wallClock } from '../translate/casts.ts';
import { instantOf } from '../translate/literals.ts';
import { atZone } from '../translate/operators.ts';
import type { Typed } from '../translate/scope.ts';
import { coerce, demand, text } from '../translate/translate.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { jodaFormat, mysqlFormat } from './dateFormats.ts';
import { define } from './registry.ts';

const temporal = (value: Typed | undefined, node: Node): Typed => {
  if (!value) throw new Error('a date function without its argument');
  demand(value, types.isTemporal, 'Unexpected parameters for a date function', node);
  return value;
};

/** A field of a date as its own clock shows it. */
const part =
  (sql: (wall: string) => string) =>
  (args: readonly Typed[], node: Node): Typed => ({
    sql: `CAST(${sql(wallClock(temporal(args[0], node)))} AS BIGINT)`,
    type: types.BIGINT,
  });

const fields: Record<string, (wall: string) => string> = {
  year: (w) => `year(${w})`,
  quarter: (w) => `quarter(${w})`,
  month: (w) => `month(${w})`,
  week: (w) => `weekofyear(${w})`,
  week_of_year: (w) => `weekofyear(${w})`,
  day: (w) => `day(${w})`,
  day_of_month: (w) => `day(${w})`,
  day_of_week: (w) => `isodow(${w})`,
  dow: (w) => `isodow(${w})`,
  day_of_year: (w) => `dayofyear(${w})`,
  doy: (w) => `dayofyear(${w})`,
  year_of_week: (w) => `isoyear(${w})`,
  yow: (w) => `isoyear(${w})`,
  hour: (w) => `hour(${w})`,
  minute: (w) => `minute(${w})`,
  second: (w) => `second(${w})`,
  millisecond: (w) => `(millisecond(${w}) % 1000)`,
};
for (const [name, sql] of Object.entries(fields)) define({ [`${name}(T) bigint`]: part(sql) });

const unitOf = (unit: Typed | undefined, node: Node): string => {
  const name = unit?.literal?.toLowerCase();
  const known = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
  if (name !== undefined && known.includes(name)) return name;
  if (name === undefined) throw notSupported('a unit of time that is computed', positionOf(node));
  throw new TrinoError(
    'INVALID_FUNCTION_ARGUMENT',
    `'${name}' is not a valid Timestamp field`,
    positionOf(node),
  );
};

/** Back from the clock of a zone to what the value was. */
const like = (wall: string, type: types.TrinoType): string =>
  type.name === 'timestamp with time zone'
    ? instantOf(wall, type.zone ?? 'UTC')
    : `CAST(${wall} AS ${types.duckType(type)})`;

const dateTrunc = ([unit, value]: readonly Typed[], node: Node): Typed => {
  const from = temporal(value, node);
  return { sql: like(`date_trunc('${unitOf(unit, node)}', ${wallClock(from)})`, from.type), type: from.type };
};

const dateAdd = ([unit, count, value]: readonly Typed[], node: Node): Typed => {
  const from = temporal(value, node);
  const name = unitOf(unit, node);
  const steps = name === 'quarter' ? `(${count?.sql} * 3)` : count?.sql;
  const to = `to_${name === 'quarter' ? 'month' : name}s`;
  const amount = ['day', 'week', 'month', 'quarter', 'year'].includes(name)
    ? `CAST(${steps} AS INTEGER)`
    : steps;
  return { sql: like(`(${wallClock(from)} + ${to}(${amount}))`, from.type), type: from.type };
};

/** Whole units between, not boundaries crossed: 23:00 to 01:00 is not a day. */
const dateDiff = ([unit, start, end]: readonly Typed[], node: Node): Typed => {
  const [a, b] = [temporal(start, node), temporal(end, node)];
  const common = types.commonType(a.type, b.type) ?? types.TIMESTAMP;
  const zoned = (value: Typed): string => wallClock({ ...value, sql: coerce(value, common), type: common });
  return { sql: `date_sub('${unitOf(unit, node)}', ${zoned(a)}, ${zoned(b)})`, type: types.BIGINT };
};

const formatted =
  (format: (pattern: string, node: Node) => string) =>
  ([value, pattern]: readonly Typed[], node: Node): Typed => {
    if (pattern?.literal === undefined)
      throw notSupported('a date format that is computed', positionOf(node));
    const sql = `strftime(${wallClock(temporal(value, node))}, ${text(format(pattern.literal, node))})`;
    return { sql, type: types.VARCHAR };
  };

const parsed =
  (format: (pattern: string, node: Node) => string, type: types.TrinoType) =>
  ([value, pattern]: readonly Typed[], node: Node): Typed => {
    if (pattern?.literal === undefined)
      throw notSupported('a date format that is computed', positionOf(node));
    const duck = format(pattern.literal, node);
    if (duck.includes('%z')) throw notSupported('a date format with a zone', positionOf(node));
    return { sql: `CAST(strptime(${value?.sql}, ${text(duck)}) AS ${types.duckType(type)})`, type };
  };

const zoneOf = (zone: Typed | undefined, node: Node): string => {
  if (zone?.literal === undefined) throw notSupported('a time zone that is computed', positionOf(node));
  return zone.literal;
};

define({
  'date_trunc(varchar, T) T': dateTrunc,
  'date_add(varchar, bigint, T) T': dateAdd,
  'date_diff(varchar, S, T) bigint': dateDiff,
  'date(T) date': ([value], node) => {
    if (value && types.isText(value.type)) return `trino_parse_date(${value.sql})`;
    return `CAST(${wallClock(temporal(value, node))} AS DATE)`;
  },
  'last_day_of_month(T) date': ([value], node) => `last_day(${wallClock(temporal(value, node))})`,
  'date_format(T, varchar) varchar': formatted(mysqlFormat),
  'format_datetime(T, varchar) varchar': formatted(jodaFormat),
  'date_parse(varchar, varchar) timestamp': parsed(mysqlFormat, types.TIMESTAMP),
  'parse_datetime(varchar, varchar) timestamp with time zone': parsed(jodaFormat, types.TIMESTAMP_TZ),
  'from_iso8601_timestamp(varchar) timestamp with time zone': 'trino_from_iso8601($1)',
  'from_iso8601_date(varchar) date': 'CAST($1 AS DATE)',
  'to_iso8601(T) varchar': ([value], node) => {
    const from = temporal(value, node);
    if (from.type.name === 'date') return `CAST(${from.sql} AS VARCHAR)`;
    if (from.type.zone !== undefined && from.type.zone !== 'UTC')
      throw notSupported('to_iso8601() of another zone than UTC', positionOf(node));
    return `strftime(${wallClock(from)}, '%Y-%m-%dT%H:%M:%S.%g${from.type.name === 'timestamp' ? '' : 'Z'}')`;
  },
  'from_unixtime(double) timestamp with time zone': 'to_timestamp($1)',
  'from_unixtime(double, varchar) timestamp with time zone': ([seconds, zone], node) => ({
    sql: `to_timestamp(${seconds?.sql})`,
    type: { ...types.TIMESTAMP_TZ, zone: zoneOf(zone, node) },
  }),
  'to_unixtime(timestamp) double': 'epoch($1)',
  'to_unixtime(timestamp with time zone) double': 'epoch($1)',
  'at_timezone(T, varchar) T': ([value, zone], node) =>
    atZone(temporal(value, node), zoneOf(zone, node), node),
  'with_timezone(timestamp, varchar) timestamp with time zone': ([value, zone], node) => ({
    sql: instantOf(value?.sql ?? '', zoneOf(zone, node)),
    type: { ...types.TIMESTAMP_TZ, zone: zoneOf(zone, node) },
  }),
  'now() timestamp with time zone': (_args, _node, scope) =>
    `CAST('${scope.statement.now.toISOString()}' AS TIMESTAMPTZ)`,
  'current_timezone() varchar': "'UTC'",
});
