import { notSupported } from 'headrace-trino';
import type { TextSerde } from './engine/protocol.ts';
import { QueryError } from './failure.ts';
import type { GlueTable } from './glueShapes.ts';
import type { JsonOptions } from './serde/jsonValues.ts';

type TableFormat =
  | { kind: 'parquet' }
  | { kind: 'json'; options: JsonOptions }
  | { kind: 'text'; serde: TextSerde; skip: number };

type Properties = Readonly<Record<string, string>>;

const isTrue = (value: string | undefined): boolean => value?.trim().toLowerCase() === 'true';

/**
 * A separator as Hive reads it: a number is the code of a character (`1` is \u0001, `9` a tab, `44` a comma), anything
 * else its first character. Control characters may be written as `\t` or `\001`.
 */
const separator = (written: string | undefined, byDefault: string): string => {
  if (written === undefined || written === '') return byDefault;
  if (/^-?\d+$/.test(written) && Math.abs(Number(written)) < 128)
    return String.fromCharCode((Number(written) + 256) % 256);
  return character(written);
};

const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f' };

/** The first character, itself perhaps written with a backslash. */
const character = (written: string): string => {
  const [, unicode, octal, name] = /^\\(?:u([0-9a-fA-F]{4})|([0-7]{1,3})|(.))/s.exec(written) ?? [];
  if (unicode) return String.fromCharCode(Number.parseInt(unicode, 16));
  if (octal) return String.fromCharCode(Number.parseInt(octal, 8));
  if (name) return named[name] ?? name;
  return written.slice(0, 1);
};

const jsonOptions = (dialect: JsonOptions['dialect'], serde: Properties): JsonOptions => {
  const isOpenX = dialect === 'openx';
  const own = Object.entries(serde).filter(([name]) => isOpenX && name.startsWith('mapping.'));
  return {
    dialect,
    caseInsensitive: !isOpenX || (serde['case.insensitive']?.trim().toLowerCase() ?? 'true') !== 'false',
    dotsInKeys: isOpenX && isTrue(serde['dots.in.keys']),
    mapping: new Map(own.map(([name, key]) => [name.slice('mapping.'.length).toLowerCase(), key])),
    ignoreMalformed: isTrue(serde['ignore.malformed.json']),
    nullForInvalid: isTrue(serde['use.null.for.invalid.data']),
  };
};

const csvSerde = (serde: Properties, table: Properties): TextSerde => {
  const given = (name: string, byDefault: string): string =>
    serde[name] === undefined ? byDefault : character(serde[name]);
  return {
    kind: 'csv',
    separator: given('separatorChar', ','),
    quote: given('quoteChar', '"'),
    escapeChar: given('escapeChar', '\\'),
    nullForInvalid: isTrue(table['use.null.for.invalid.data'] ?? serde['use.null.for.invalid.data']),
  };
};

const lazySerde = (serde: Properties): TextSerde => ({
  kind: 'lazy',
  separators: [
    separator(serde['field.delim'] ?? serde['serialization.format'], '\u0001'),
    separator(serde['collection.delim'] ?? serde['colelction.delim'], '\u0002'),
    separator(serde['mapkey.delim'], '\u0003'),
  ],
  escapeChar: serde['escape.delim'] === undefined ? undefined : separator(serde['escape.delim'], '\\'),
  nullText: serde['serialization.null.format'] ?? '\\N',
  lastTakesRest: isTrue(serde['serialization.last.column.takes.rest']),
});

const isoPattern = /^yyyy-MM-dd(?:'T'|[ T])HH:mm(?::ss(?:\.?\S+)?)?$/;

/** What the SerDe of the table reads. Throws for one that is not emulated. */
export const formatOf = (table: GlueTable): TableFormat => {
  const { SerializationLibrary: library, Parameters: serde } = table.StorageDescriptor.SerdeInfo;
  const skip = Number(table.Parameters['skip.header.line.count'] ?? serde['skip.header.line.count'] ?? 0);
  if (Number(table.Parameters['skip.footer.line.count'] ?? 0) > 0)
    throw notSupported(`skip.footer.line.count of ${table.Name}`);
  const formats = serde['timestamp.formats']?.split(',') ?? [];
  if (!formats.every((each) => isoPattern.test(each.trim())))
    throw notSupported(`timestamp.formats of ${table.Name} other than ISO 8601`);
  if (/ParquetHiveSerDe/i.test(library)) return { kind: 'parquet' };
  const invalid = table.Parameters['use.null.for.invalid.data'];
  const withTable = invalid === undefined ? serde : { 'use.null.for.invalid.data': invalid, ...serde };
  if (/openx.*JsonSerDe/i.test(library)) return { kind: 'json', options: jsonOptions('openx', withTable) };
  if (/(hcatalog|serde2)\b.*JsonSerDe/i.test(library))
    return { kind: 'json', options: jsonOptions('hive', withTable) };
  if (/OpenCSVSerde/i.test(library)) return { kind: 'text', serde: csvSerde(serde, table.Parameters), skip };
  if (/LazySimpleSerDe/i.test(library)) return { kind: 'text', serde: lazySerde(serde), skip };
  throw new QueryError('NOT_SUPPORTED', `the SerDe ${library || '(none)'} of ${table.Name} is not emulated`);
};
