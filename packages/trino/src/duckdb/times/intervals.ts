const DAY = 86_400_000_000n;

const signed = (value: bigint, shown: (size: bigint) => string): string =>
  value < 0n ? `-${shown(-value)}` : shown(value);

/** An interval of days and less as Trino writes it: `1 02:03:04.500`. */
export const dayIntervalText = (micros: bigint): string =>
  signed(micros, (size) => {
    const clock = new Date(Number((size % DAY) / 1000n)).toISOString().slice(11, 23);
    return `${size / DAY} ${clock}`;
  });

/** An interval of months: `1-6`. */
export const monthIntervalText = (months: bigint): string =>
  signed(months, (size) => `${size / 12n}-${size % 12n}`);
