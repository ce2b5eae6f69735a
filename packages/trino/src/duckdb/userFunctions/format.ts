import { refuse, string, type UserFunction } from './function.ts';

/** What a directive of Java's Formatter asks for: `%-8.2f`. */
interface Directive {
  all: string;
  flags: string;
  width: number;
  precision: number | undefined;
  conversion: string;
}

const directive = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])|%/g;

const invalid = (format: string, why: string): never =>
  refuse(`INVALID_FUNCTION_ARGUMENT: Invalid format string: ${format} (${why})`);

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** A number's digits with sign, groups and zeros as the flags ask. */
const signed = (text: string, { flags, width }: Directive): string => {
  const negative = text.startsWith('-');
  const [whole = '', fraction] = text.replace('-', '').split('.');
  const plain =
    (flags.includes(',') ? grouped(whole) : whole) + (fraction === undefined ? '' : `.${fraction}`);
  const [before, after] = negative
    ? flags.includes('(')
      ? ['(', ')']
      : ['-', '']
    : [flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '', ''];
  const zeros = flags.includes('0') ? Math.max(0, width - plain.length - before.length - after.length) : 0;
  return `${before}${'0'.repeat(zeros)}${plain}${after}`;
};

/** Half up, on the digits of the number's text, as Java rounds. */
const fixed = (text: string, digits: number): string => {
  const [, sign = '', mantissa = '', exponent = '0'] = /^(-?)([\d.]+)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const [whole = '', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const all = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, -scale));
  const places = Math.max(0, scale);
  const unit = 10n ** BigInt(Math.abs(places - digits));
  const made = places > digits ? (2n * all + unit) / (2n * unit) : all * unit;
  const padded = String(made).padStart(digits + 1, '0');
  return sign + (digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`);
};

const mismatch = (one: Directive, kind: string): never =>
  refuse(
    `INVALID_FUNCTION_ARGUMENT: Invalid format string: ${one.all} (IllegalFormatConversion: ${one.conversion} != ${kind})`,
  );

const integers = ['tinyint', 'smallint', 'integer', 'bigint'];

const integerText = (one: Directive, value: string, kind: string): string => {
  if (one.precision !== undefined) return invalid(one.all, `IllegalFormatPrecision: ${one.precision}`);
  return integers.includes(kind) ? signed(value, one) : mismatch(one, kind);
};

const fractionText = (one: Directive, value: string, kind: string): string => {
  if (!['double', 'real', 'decimal'].includes(kind)) return mismatch(one, kind);
  if (!/^-?[\d.]/.test(value)) return value;
  return signed(fixed(value, one.precision ?? 6), one);
};

const hexText = (one: Directive, value: string, kind: string): string => {
  const bits = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 }[kind];
  return bits === undefined ? mismatch(one, kind) : BigInt.asUintN(bits, BigInt(value)).toString(16);
};

const plainText = (one: Directive, value: string): string => {
  if (/[+ 0,(]/.test(one.flags))
    return invalid(one.all, `FormatFlagsConversionMismatch: Conversion = s, Flags = ${one.flags}`);
  return one.precision === undefined ? value : [...value].slice(0, one.precision).join('');
};

const conversions: Record<string, (one: Directive, value: string, kind: string) => string> = {
  s: plainText,
  S: (one, value) => plainText(one, value).toUpperCase(),
  d: integerText,
  f: fractionText,
  x: hexText,
  X: (one, value, kind) => hexText(one, value, kind).toUpperCase(),
  b: (_one, value, kind) => (kind === 'boolean' ? value : 'true'),
};

const padded = (text: string, { flags, width }: Directive): string => {
  const length = [...text].length;
  if (length >= width) return text;
  return flags.includes('-') ? text + ' '.repeat(width - length) : ' '.repeat(width - length) + text;
};

const checkFlags = (one: Directive): void => {
  const twice = [...one.flags].find((flag, i) => one.flags.indexOf(flag) !== i);
  if (twice) invalid(one.all, `DuplicateFormatFlags: Flags = '${twice}'`);
  if (/[-0]/.test(one.flags) && one.width === 0) invalid(one.all, `MissingFormatWidth: ${one.all}`);
};

/** format() of Java: `kinds` are the types of the values, which are texts, in order. */
const formatted = (format: string, kinds: readonly string[], values: readonly (string | null)[]): string => {
  let next = 0;
  return format.replaceAll(
    directive,
    (
      all,
      place?: string,
      before?: string,
      flags = '',
      width = '0',
      precision?: string,
      conversion?: string,
    ) => {
      if (conversion === undefined || before)
        return invalid(format, `UnknownFormatConversion: Conversion = '%'`);
      const one = {
        all,
        flags,
        width: Number(width),
        precision: precision === undefined ? undefined : Number(precision),
        conversion,
      };
      checkFlags(one);
      if (conversion === 'n') return '\n';
      if (conversion === '%') return padded('%', one);
      const convert = conversions[conversion];
      if (!convert || flags.includes('#'))
        return refuse(`NOT_SUPPORTED: format() with ${all} is not supported`);
      const at = place === undefined ? next : Number(place) - 1;
      if (place === undefined) next += 1;
      const value = values[at];
      if (value === undefined) return invalid(format, `MissingFormatArgument: Format specifier '${all}'`);
      const text =
        value === null ? (conversion === 'b' ? 'false' : 'null') : convert(one, value, kinds[at] ?? '');
      return padded(text, one);
    },
  );
};

/** format(): its values come as an array of JSON. */
export const formats: readonly UserFunction[] = [
  {
    name: 'trino_format',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (format, kinds, values) => {
      const all: (string | null)[] = JSON.parse(string(values));
      return formatted(string(format), string(kinds).split(','), all);
    },
  },
];
