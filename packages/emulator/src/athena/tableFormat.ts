import { QueryError } from './failure.ts';
import type { GlueTable } from './glueShapes.ts';

export interface CsvOptions {
  delimiter: string;
  quote: string;
  escape: string;
  skip: number;
  nullText: string;
}

type TableFormat = { kind: 'parquet' } | { kind: 'json' } | { kind: 'csv'; options: CsvOptions };

/** OpenCSVSerde knows no NULL: a text that no file holds. */
const NEVER = '\u0001\u0002';

/** Hive writes control characters as `\t` or `\001`. */
const character = (written: string): string =>
  written
    .replace(/^\\t$/, '\t')
    .replaceAll(/\\u?0*([0-7]{1,3})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 8)));

/** What the SerDe of the table reads. Throws for one that is not emulated. */
export const formatOf = (table: GlueTable): TableFormat => {
  const { SerializationLibrary: library, Parameters: serde } = table.StorageDescriptor.SerdeInfo;
  const skip = Number(table.Parameters['skip.header.line.count'] ?? serde['skip.header.line.count'] ?? 0);
  if (/ParquetHiveSerDe/i.test(library)) return { kind: 'parquet' };
  if (/openx.*JsonSerDe|hcatalog.*JsonSerDe/i.test(library)) return { kind: 'json' };
  if (/OpenCSVSerde/i.test(library)) {
    const written = serde.escapeChar ?? '\\';
    const options = {
      delimiter: character(serde.separatorChar ?? ','),
      quote: serde.quoteChar ?? '"',
      escape: character(written) || written,
      skip,
      nullText: NEVER,
    };
    return { kind: 'csv', options };
  }
  if (/LazySimpleSerDe/i.test(library)) {
    const delimiter = character(serde['field.delim'] ?? serde['serialization.format'] ?? '\u0001');
    return {
      kind: 'csv',
      options: {
        delimiter,
        quote: '',
        escape: serde['escape.delim'] ?? '',
        skip,
        nullText: serde['serialization.null.format'] ?? '\\N',
      },
    };
  }
  throw new QueryError('NOT_SUPPORTED', `the SerDe ${library || '(none)'} of ${table.Name} is not emulated`);
};
