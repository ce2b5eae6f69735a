import { number, refuse, string, type UserFunction } from './function.ts';

/** A decimal as a whole number with a point somewhere. */
interface Decimal {
  digits: bigint;
  scale: number;
}

const read = (text: string): Decimal => {
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(`${whole === '-' ? '-0' : whole}${fraction}`), scale: fraction.length };
};

const write = ({ digits, scale }: Decimal): string => {
  const size = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const point = scale === 0 ? '' : `.${size.slice(-scale)}`;
  return `${digits < 0n ? '-' : ''}${scale === 0 ? size : size.slice(0, -scale)}${point}`;
};

const power = (digits: number): bigint => 10n ** BigInt(digits);
const LIMIT = power(38);

const checked = (value: Decimal): string =>
  value.digits >= LIMIT || value.digits <= -LIMIT
    ? refuse('NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow')
    : write(value);

const halfUp = (a: bigint, b: bigint): bigint => {
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const quotient = (2n * x + y) / (2n * y);
  return a < 0n === b < 0n ? quotient : -quotient;
};

const withScale = ({ digits, scale }: Decimal, wanted: number): bigint =>
  wanted >= scale ? digits * power(wanted - scale) : halfUp(digits, power(scale - wanted));

const divided = (a: Decimal, b: Decimal, scale: number): bigint =>
  halfUp(a.digits * power(scale + b.scale), b.digits * power(a.scale));

/** a operator b with the digits after the point that the result's type has. */
const arithmetic = (left: string, operator: string, right: string, scale: number): string => {
  const [a, b] = [read(left), read(right)];
  if ((operator === '/' || operator === '%') && b.digits === 0n)
    return refuse('DIVISION_BY_ZERO: Division by zero');
  if (operator === '/') return checked({ digits: divided(a, b, scale), scale });
  if (operator === '*')
    return checked({
      digits: withScale({ digits: a.digits * b.digits, scale: a.scale + b.scale }, scale),
      scale,
    });
  const [x, y] = [withScale(a, scale), withScale(b, scale)];
  if (operator !== '%') for (const side of [x, y]) checked({ digits: side, scale }); // Trino brings both to one scale first
  const digits = operator === '+' ? x + y : operator === '-' ? x - y : x % y;
  return checked({ digits, scale });
};

/** Rounded, or cut, at so many digits after the point; less than none are before it. */
const toScale = (text: string, digits: number, how: string, scale: number): string => {
  const value = read(text);
  if (digits >= value.scale) return checked({ digits: withScale(value, scale), scale });
  const step = power(Math.min(value.scale - digits, 100));
  const steps = how === 'round' ? halfUp(value.digits, step) : value.digits / step;
  return checked({ digits: withScale({ digits: steps * step, scale: value.scale }, scale), scale });
};

/** Decimal arithmetic beyond DuckDB's 38 digits on the way, on the texts of decimals. */
export const decimals: readonly UserFunction[] = [
  {
    name: 'trino_decimal_arithmetic',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR', 'BIGINT'],
    result: 'VARCHAR',
    body: (a, operator, b, scale) => arithmetic(string(a), string(operator), string(b), number(scale)),
  },
  {
    name: 'trino_decimal_to_scale',
    parameters: ['VARCHAR', 'BIGINT', 'VARCHAR', 'BIGINT'],
    result: 'VARCHAR',
    body: (x, digits, how, scale) => toScale(string(x), number(digits), string(how), number(scale)),
  },
];
