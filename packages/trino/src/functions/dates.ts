import { readIso } from '../duckdb/times/iso.ts';
import { writeOffset } from '../duckdb/times/offset.ts';
import { type Node, positionOf } from '../grammar/grammar.ts';
import { atOffset, atZone } from '../translate/operators.ts';
import type { Typed } from '../translate/scope.ts';
import { isoText, offsetText } from '../translate/texts.ts';
import { coerce, text } from '../translate/translate.ts';
import { cutToMillis, instantOf, rounded, wallClock, withClock, zoneOf } from '../translate/zones.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { jodaFormatted, mysqlFormatted } from './dateFormats.ts';
import { define } from './registry.ts';

const isZoned = (type: types.TrinoType): boolean => type.name === 'timestamp with time zone';

const unexpected = (value: Typed, node: Node): TrinoError => {
  const name = node.getText().split('(')[0]?.toLowerCase() ?? '';
  const what = `Unexpected parameters (${types.typeText(value.type)}) for function ${name}`;
  return new TrinoError('FUNCTION_NOT_FOUND', what, positionOf(node));
};

/** A date or a timestamp; a time too, where its clock is enough. */
const temporal = (value: Typed | undefined, node: Node, clocks = false): Typed => {
  if (!value) throw new Error('a date function without its argument');
  const { type } = value;
  if (types.isOpen(type)) return { ...value, sql: 'CAST(NULL AS TIMESTAMP)', type: types.TIMESTAMP };
  if (types.isTemporal(type) || (clocks && type.name === 'time')) return value;
  throw unexpected(value, node);
};

/** The clock of a value; that of a time stands on the first day. */
const clockOf = (value: Typed): string =>
  value.type.name === 'time' ? `(DATE '1970-01-01' + ${value.sql})` : wallClock(value);

const clockFields: Record<string, (wall: string) => string> = {
  hour: (w) => `hour(${w})`,
  minute: (w) => `minute(${w})`,
  second: (w) => `second(${w})`,
  millisecond: (w) => `(millisecond(${w}) % 1000)`,
};
const dateFields: Record<string, (wall: string) => string> = {
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
};
const ofDays: Record<string, string> = {
  day: '// 86400000000',
  hour: '// 3600000000 % 24',
  minute: '// 60000000 % 60',
  second: '// 1000000 % 60',
  millisecond: '// 1000 % 1000',
};
const ofMonths: Record<string, string> = { year: '// 12', month: '% 12' };

/** A field of an interval. */
const ofInterval = (name: string, { sql, type }: Typed): string | undefined => {
  const inMonths = type.name === types.INTERVAL_YEAR.name;
  const rest = (inMonths ? ofMonths : ofDays)[name];
  return rest && `(${inMonths ? `trino_months(${sql})` : `epoch_us(${sql})`} ${rest})`;
};

/** A field of a date as its own clock shows it. */
const part =
  (name: string, sql: (wall: string) => string) =>
  ([value]: readonly Typed[], node: Node): Typed => {
    const interval = value && types.isInterval(value.type) ? ofInterval(name, value) : undefined;
    const found = interval ?? sql(clockOf(temporal(value, node, name in clockFields)));
    return { sql: `CAST(${found} AS BIGINT)`, type: types.BIGINT };
  };

for (const [name, sql] of Object.entries({ ...clockFields, ...dateFields }))
  define({ [`${name}(T) bigint`]: part(name, sql) });

const clockUnits = ['millisecond', 'second', 'minute', 'hour'];
const dateUnits = ['day', 'week', 'month', 'quarter', 'year'];

const invalidUnit = (name: string, kind: string, node: Node): TrinoError =>
  new TrinoError('INVALID_FUNCTION_ARGUMENT', `'${name}' is not a valid ${kind} field`, positionOf(node));

const unitOf = (unit: Typed | undefined, { type }: Typed, node: Node): string => {
  const name = unit?.literal?.toLowerCase();
  if (name === undefined) throw notSupported('a unit of time that is computed', positionOf(node));
  const kind = { date: 'DATE', time: 'TIME' }[type.name] ?? 'Timestamp';
  const units = { DATE: dateUnits, TIME: clockUnits }[kind] ?? [...clockUnits, ...dateUnits];
  if (units.includes(name)) return name;
  throw invalidUnit(name, kind, node);
};

/** Hours and less are cut on the instant, days and more on the clock of the zone. */
const dateTrunc = ([unit, value]: readonly Typed[], node: Node): Typed => {
  const from = temporal(value, node, true);
  const name = unitOf(unit, from, node);
  const clock = clockOf(from);
  if (from.type.name === 'time')
    return { sql: `CAST(date_trunc('${name}', ${clock}) AS TIME)`, type: from.type };
  if (!isZoned(from.type) || !clockUnits.includes(name))
    return { sql: withClock(from, `date_trunc('${name}', ${clock})`), type: from.type };
  return { sql: `(${from.sql} - (${clock} - date_trunc('${name}', ${clock})))`, type: from.type };
};

const dateAdd = ([unit, count, value]: readonly Typed[], node: Node): Typed => {
  const from = temporal(value, node, true);
  const name = unitOf(unit, from, node);
  const steps = name === 'quarter' ? `(${count?.sql} * 3)` : count?.sql;
  const to = `to_${name === 'quarter' ? 'month' : name}s`;
  if (!clockUnits.includes(name))
    return {
      sql: withClock(from, `(${wallClock(from)} + ${to}(CAST(${steps} AS INTEGER)))`),
      type: from.type,
    };
  const moved = `(${from.sql} + ${to}(${steps}))`;
  if (!isZoned(from.type)) return { sql: rounded(moved, 3, from.type), type: from.type };
  const digits = types.fractionOf(from.type);
  return {
    sql: digits >= 3 ? moved : `CAST(${rounded(`CAST(${moved} AS TIMESTAMP)`, 3, from.type)} AS TIMESTAMPTZ)`,
    type: from.type,
  };
};

/** Whole units between, not boundaries crossed: 23:00 to 01:00 is not a day. Days and more are those of the first zone. */
const dateDiff = ([unit, start, end]: readonly Typed[], node: Node): Typed => {
  const [a, b] = [temporal(start, node, true), temporal(end, node, true)];
  const common =
    a.type.name === b.type.name && a.type.name === 'time' ? types.TIME : types.commonType(a.type, b.type);
  if (!common) throw unexpected(b, node);
  const name = unitOf(unit, { sql: '', type: common }, node);
  const onInstants = isZoned(common) && clockUnits.includes(name);
  const zone = (isZoned(a.type) ? a.type.zone : undefined) ?? 'UTC';
  const side = (value: Typed): string => {
    if (common.name === 'time') return clockOf(value);
    if (onInstants) return `CAST(${value.instant ?? coerce(value, common)} AS TIMESTAMP)`;
    return wallClock({ sql: coerce(value, common), type: isZoned(common) ? { ...common, zone } : common });
  };
  const [x, y] = [a, b].map((value) => cutToMillis(side(value), value.type));
  return { sql: `date_sub('${name}', ${x}, ${y})`, type: types.BIGINT };
};

const formatted =
  (format: (value: Typed, pattern: string, node: Node) => string) =>
  ([value, pattern]: readonly Typed[], node: Node): Typed => {
    if (pattern?.literal === undefined)
      throw notSupported('a date format that is computed', positionOf(node));
    return { sql: format(temporal(value, node), pattern.literal, node), type: types.VARCHAR };
  };

const asInstant = (micros: string): string => `CAST(make_timestamp(${micros}) AS TIMESTAMPTZ)`;

/** A time read from text: where the zone does not matter, any will do. */
const readInstant = (micros: (zone: string) => string): Typed => ({
  sql: asInstant(micros("'utc'")),
  type: types.TIMESTAMP_TZ,
  instant: asInstant(micros("'any'")),
});

const parsed = ([value, pattern]: readonly Typed[]): Typed =>
  readInstant((zone) => `trino_parse_time_as(${value?.sql}, ${pattern?.sql}, 'joda', ${zone})`);

const iso8601 = ([value]: readonly Typed[]): Typed => {
  const time = value?.literal === undefined ? undefined : readIso(value.literal);
  if (!time || time.offset === 0) return readInstant((zone) => `trino_iso_instant(${value?.sql}, ${zone})`);
  const type = { ...types.TIMESTAMP_TZ, zone: writeOffset(time.offset) };
  return { sql: asInstant(`trino_iso_instant(${value?.sql}, 'any')`), type };
};

const fromUnix = (seconds: Typed | undefined): string => `trino_from_unixtime(${seconds?.sql})`;

const toIso = ([value]: readonly Typed[], node: Node): Typed => {
  const from = temporal(value, node);
  if (from.type.name === 'date') return { sql: `CAST(${from.sql} AS VARCHAR)`, type: types.varcharOf(16) };
  const digits = types.fractionOf(from.type);
  const point = digits === 0 ? 0 : digits + 1;
  if (!isZoned(from.type)) return { sql: isoText(from), type: types.varcharOf(25 + point) };
  return { sql: `(${isoText(from)} || ${offsetText(from)})`, type: types.varcharOf(28 + point) };
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
  'date_format(T, varchar) varchar': formatted(mysqlFormatted),
  'format_datetime(T, varchar) varchar': formatted(jodaFormatted),
  'date_parse(varchar, varchar) timestamp': "make_timestamp(trino_parse_time_as($1, $2, 'mysql', 'utc'))",
  'parse_datetime(varchar, varchar) timestamp with time zone': parsed,
  'from_iso8601_timestamp(varchar) timestamp with time zone': iso8601,
  'from_iso8601_date(varchar) date': 'CAST(make_timestamp(trino_iso_date($1)) AS DATE)',
  'to_iso8601(T) varchar': toIso,
  'from_unixtime(double) timestamp with time zone': ([seconds]) => fromUnix(seconds),
  'from_unixtime(double, varchar) timestamp with time zone': ([seconds, zone], node) => ({
    sql: fromUnix(seconds),
    type: { ...types.TIMESTAMP_TZ, zone: zoneOf(zone, node) },
  }),
  'to_unixtime(timestamp) double': 'epoch($1)',
  'to_unixtime(timestamp with time zone) double': ([value]) => `epoch(${value?.instant ?? value?.sql})`,
  'at_timezone(T, varchar) T': ([value, zone], node) =>
    atZone(temporal(value, node), zoneOf(zone, node), node),
  'at_timezone(T, interval day to second) T': ([value, offset], node) =>
    atOffset(temporal(value, node), offset ?? { sql: '', type: types.UNKNOWN }, node),
  'with_timezone(timestamp, varchar) timestamp with time zone': ([value, zone], node) => ({
    sql: instantOf(value?.sql ?? '', zoneOf(zone, node)),
    type: {
      ...types.withFraction(types.TIMESTAMP_TZ, types.fractionOf(value?.type ?? types.TIMESTAMP)),
      zone: zoneOf(zone, node),
    },
  }),
  'timezone_hour(timestamp with time zone) bigint': ([value], node) =>
    `(epoch_us(${clockOf(temporal(value, node))} - CAST(${value?.sql} AS TIMESTAMP)) // 3600000000)`,
  'timezone_minute(timestamp with time zone) bigint': ([value], node) =>
    `(epoch_us(${clockOf(temporal(value, node))} - CAST(${value?.sql} AS TIMESTAMP)) // 60000000 % 60)`,
  'now() timestamp with time zone': (_args, _node, scope) =>
    `CAST('${scope.statement.now.toISOString()}' AS TIMESTAMPTZ)`,
  'current_timezone() varchar': text('UTC'),
});
