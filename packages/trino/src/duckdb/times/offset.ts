import { refuse } from '../userFunctions/function.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** Minutes east of UTC as Trino writes them: `+09:00`. */
export const writeOffset = (minutes: number): string => {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`;
};

/** Minutes east of UTC of `+09:00`, `+0900` and `+09`; undefined for anything else. */
export const readOffset = (text: string): number | undefined => {
  const [, sign, hours, rest = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(rest)) : undefined;
};

/** The instant of a clock that is `offset` minutes east of UTC, in microseconds. `zone` says what the offset is for. */
export const instantAt = (millis: number, offset: number, zone: string, text: string): bigint =>
  offset !== 0 && zone === 'utc'
    ? refuse(
        `NOT_SUPPORTED: a time whose zone is in its text is not supported here (${text}); use AT TIME ZONE`,
      )
    : BigInt(millis - offset * 60_000) * 1000n;
