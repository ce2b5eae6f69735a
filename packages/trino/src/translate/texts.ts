import { type Node, positionOf } from '../grammar/grammar.ts';
import { TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import type { Typed } from './scope.ts';
import { text } from './translate.ts';
import { wallClock } from './zones.ts';

const fraction = (clock: string, digits: number): string => {
  if (digits === 0) return `strftime(${clock}, '%H:%M:%S')`;
  if (digits === 3) return `strftime(${clock}, '%H:%M:%S.%g')`;
  const all = `strftime(${clock}, '%H:%M:%S.%f')`;
  return digits === 6 ? all : `substring(${all}, 1, ${9 + digits})`;
};

/** `2026-11-01 05:00:00.000`, with as many digits as the type has. */
const stamp = (wall: string, type: types.TrinoType, between = ' '): string =>
  types.fractionOf(type) === 3
    ? `strftime(${wall}, '%Y-%m-%d${between}%H:%M:%S.%g')`
    : `(strftime(${wall}, '%Y-%m-%d${between}') || ${fraction(wall, types.fractionOf(type))})`;

/** As to_iso8601() writes it, without the zone. */
export const isoText = (value: Typed): string => stamp(wallClock(value), value.type, 'T');

/** The offset of a zone at an instant: `+09:00`, and Z for none. */
export const offsetText = (value: Typed): string => `trino_offset(${wallClock(value)}, ${value.sql})`;

/** The value as CAST(… AS varchar) writes it. */
export const textOf = (value: Typed, node: Node): string => {
  const { name, zone } = value.type;
  if (types.isText(value.type) || name === 'boolean' || types.isInteger(value.type) || name === 'date')
    return `CAST(${value.sql} AS VARCHAR)`;
  if (types.isDecimal(value.type)) return `trino_decimal_text(CAST(${value.sql} AS VARCHAR))`;
  if (name === 'double') return `trino_double_text(${value.sql})`;
  if (name === 'real') return `trino_real_text(${value.sql})`;
  if (name === 'time') return fraction(`(DATE '1970-01-01' + ${value.sql})`, types.fractionOf(value.type));
  if (name === 'timestamp') return stamp(value.sql, value.type);
  if (name === 'timestamp with time zone')
    return `(${stamp(wallClock(value), value.type)} || ${text(` ${zone ?? 'UTC'}`)})`;
  if (name === 'interval day to second') return `trino_interval_text(epoch_us(${value.sql}))`;
  if (name === 'interval year to month') return `trino_months_text(trino_months(${value.sql}))`;
  throw new TrinoError(
    'TYPE_MISMATCH',
    `Cannot cast ${types.typeText(value.type)} to varchar`,
    positionOf(node),
  );
};
