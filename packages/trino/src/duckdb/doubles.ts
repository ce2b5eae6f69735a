/** Java's Double.toString: what Trino's texts of floating-point numbers are made of. */
export const javaDouble = (value: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  return scientific(value);
};

const scientific = (value: number): string => {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
};

/** The shortest digits that still mean the same 32-bit number. */
export const shortestReal = (value: number): number => {
  for (let digits = 1; digits <= 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === Math.fround(value)) return candidate;
  }
  return value;
};

/** CAST(double AS varchar) of Trino: always with an exponent. */
export const castText = (value: number): string =>
  Number.isFinite(value) && value !== 0
    ? scientific(value)
    : value === 0
      ? Object.is(value, -0)
        ? '-0E0'
        : '0E0'
      : javaDouble(value);
