import { hiveType, notSupported, TrinoError } from 'headrace-trino';
import { QueryError } from './failure.ts';
import { bracketed, keyValues, NAME, partsOf, placeIn, splitList, unquoted } from './hiveNames.ts';
import { NOTHING, type Outcome, type Session } from './session.ts';
import { parquetStorage, textStorage } from './tableStorage.ts';

interface Clauses {
  columns: { Name: string; Type: string; Comment?: string }[];
  keys: { Name: string; Type: string }[];
  serde?: string;
  serdeProperties: Record<string, string>;
  delimited: Record<string, string>;
  storedAs?: string;
  location?: string;
  properties: Record<string, string>;
  comment?: string;
}

export const columnsOf = (text: string): Clauses['columns'] =>
  splitList(text).map((written) => {
    const [, name = '', rest = ''] = /^(`[^`]+`|"[^"]+"|\w+)\s*:?\s*(.+)$/s.exec(written) ?? [];
    const [, type = rest, comment] =
      /^(.*?)\s+COMMENT\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")$/is.exec(rest) ?? [];
    hiveType(type); // refuses what is no type
    return {
      Name: partsOf(name)[0] ?? '',
      Type: type.replaceAll(/\s*([<>:,])\s*/g, '$1').toLowerCase(),
      ...(comment ? { Comment: unquoted(comment) } : {}),
    };
  });

type Reader = (rest: string, clauses: Clauses) => number | undefined;

const pattern =
  (regex: RegExp, take: (found: RegExpExecArray, clauses: Clauses) => void): Reader =>
  (rest, clauses) => {
    const found = regex.exec(rest);
    if (!found) return undefined;
    take(found, clauses);
    return found[0].length;
  };

const bracket =
  (regex: RegExp, take: (inside: string, clauses: Clauses) => void): Reader =>
  (rest, clauses) => {
    const found = regex.exec(rest);
    if (!found) return undefined;
    const { inside, end } = bracketed(rest, rest.indexOf('(', found.index));
    take(inside, clauses);
    return end;
  };

const string = '(\'(?:[^\'\\\\]|\\\\.)*\'|"(?:[^"\\\\]|\\\\.)*")';
const delimiter = (words: string, property: string): Reader =>
  pattern(new RegExp(`^${words}\\s+TERMINATED\\s+BY\\s+${string}`, 'i'), (found, c) => {
    c.delimited[property] = unquoted(found[1] ?? '');
  });

/** The clauses after the columns, in any order. */
const readers: readonly Reader[] = [
  bracket(/^PARTITIONED\s+BY\s*\(/i, (inside, c) => {
    c.keys = columnsOf(inside);
  }),
  bracket(/^TBLPROPERTIES\s*\(/i, (inside, c) => {
    c.properties = keyValues(inside);
  }),
  bracket(/^WITH\s+SERDEPROPERTIES\s*\(/i, (inside, c) => {
    c.serdeProperties = keyValues(inside);
  }),
  pattern(new RegExp(`^ROW\\s+FORMAT\\s+SERDE\\s+${string}`, 'i'), (found, c) => {
    c.serde = unquoted(found[1] ?? '');
  }),
  pattern(/^ROW\s+FORMAT\s+DELIMITED/i, (_found, c) => {
    c.serde = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';
  }),
  delimiter('FIELDS', 'field.delim'),
  delimiter('LINES', 'line.delim'),
  delimiter('COLLECTION\\s+ITEMS', 'collection.delim'),
  delimiter('MAP\\s+KEYS', 'mapkey.delim'),
  pattern(new RegExp(`^ESCAPED\\s+BY\\s+${string}`, 'i'), (found, c) => {
    c.delimited['escape.delim'] = unquoted(found[1] ?? '');
  }),
  pattern(new RegExp(`^NULL\\s+DEFINED\\s+AS\\s+${string}`, 'i'), (found, c) => {
    c.delimited['serialization.null.format'] = unquoted(found[1] ?? '');
  }),
  pattern(
    new RegExp(`^STORED\\s+AS\\s+INPUTFORMAT\\s+${string}\\s+OUTPUTFORMAT\\s+${string}`, 'i'),
    (found, c) => {
      c.storedAs = /parquet/i.test(found[1] ?? '') ? 'PARQUET' : 'TEXTFILE';
    },
  ),
  pattern(/^STORED\s+AS\s+(\w+)/i, (found, c) => {
    c.storedAs = (found[1] ?? '').toUpperCase();
  }),
  pattern(new RegExp(`^LOCATION\\s+${string}`, 'i'), (found, c) => {
    c.location = unquoted(found[1] ?? '');
  }),
  pattern(new RegExp(`^COMMENT\\s+${string}`, 'i'), (found, c) => {
    c.comment = unquoted(found[1] ?? '');
  }),
];

const clausesOf = (columns: string, tail: string): Clauses => {
  const clauses: Clauses = {
    columns: columnsOf(columns),
    keys: [],
    serdeProperties: {},
    delimited: {},
    properties: {},
  };
  let rest = tail.trim();
  while (rest) {
    let length: number | undefined;
    for (const reader of readers) {
      length = reader(rest, clauses);
      if (length !== undefined) break;
    }
    if (length === undefined) {
      const word = rest.split(/\s+/).slice(0, 2).join(' ').toUpperCase();
      if (/^(CLUSTERED|INTO|SORTED)/i.test(rest)) throw notSupported(`the clause ${word}`);
      throw new TrinoError('SYNTAX_ERROR', `mismatched input '${rest.split(/\s+/)[0]}'`, {
        line: 1,
        column: 1,
      });
    }
    rest = rest.slice(length).trim();
  }
  return clauses;
};

const storageOf = (clauses: Clauses) => {
  const stored = clauses.storedAs ?? 'TEXTFILE';
  if (stored === 'PARQUET') return parquetStorage;
  if (stored !== 'TEXTFILE' && stored !== 'JSON') throw notSupported(`STORED AS ${stored}`);
  const library =
    clauses.serde ??
    (stored === 'JSON'
      ? 'org.openx.data.jsonserde.JsonSerDe'
      : 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe');
  if (/parquet/i.test(library)) return parquetStorage;
  return textStorage(library, {
    'serialization.format': clauses.delimited['field.delim'] ?? '1',
    ...clauses.delimited,
    ...clauses.serdeProperties,
  });
};

const head = new RegExp(`^CREATE\\s+EXTERNAL\\s+TABLE\\s+(IF\\s+NOT\\s+EXISTS\\s+)?${NAME}\\s*\\(`, 'i');

const withoutExternal = new RegExp(
  `^CREATE\\s+TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${NAME}\\s*\\((?!\\s*(?:SELECT|WITH)\\b)`,
  'i',
);

const openFormat = /'table_type'\s*=\s*'(ICEBERG|DELTA)'/i;

/** Athena makes tables without EXTERNAL of Iceberg's kind only; and of Delta's it reads the columns itself. */
const refuseOpenFormats = (sql: string): void => {
  const kind = openFormat.exec(sql)?.[1]?.toUpperCase();
  if (kind && /^CREATE\s+(?:EXTERNAL\s+)?TABLE\b/i.test(sql))
    throw notSupported(`a table of the type ${kind}`);
  const found = withoutExternal.exec(sql);
  if (!found || /\bAS\s*\(?\s*(?:SELECT|WITH|VALUES)\b/i.test(sql)) return;
  throw new TrinoError(
    'SYNTAX_ERROR',
    "CREATE TABLE without EXTERNAL is for Iceberg tables: 'table_type' = 'ICEBERG', which is not emulated",
    { line: 1, column: 1 },
  );
};

/** CREATE EXTERNAL TABLE, by Hive's grammar; undefined if the statement is something else. */
export const readCreateExternal = (sql: string): ((session: Session) => Promise<Outcome>) | undefined => {
  refuseOpenFormats(sql);
  const found = head.exec(sql);
  if (!found) return undefined;
  const { inside, end } = bracketed(sql, found[0].length - 1);
  const clauses = clausesOf(inside, sql.slice(end));
  if (!clauses.location)
    throw new TrinoError('SYNTAX_ERROR', 'CREATE EXTERNAL TABLE needs a LOCATION', { line: 1, column: 1 });
  return async (session) => {
    const place = placeIn(found[2] ?? '', session);
    if (await session.catalog.table(place.database, place.name)) {
      if (found[1]) return NOTHING;
      throw new QueryError('FAILED', `AlreadyExistsException(message:Table ${place.name} already exists)`);
    }
    const { columns: Columns, keys: PartitionKeys, location: Location = '', properties, comment } = clauses;
    await session.catalog.call('CreateTable', {
      DatabaseName: place.database,
      TableInput: {
        Name: place.name,
        TableType: 'EXTERNAL_TABLE',
        Parameters: { EXTERNAL: 'TRUE', ...(comment ? { comment } : {}), ...properties },
        PartitionKeys,
        StorageDescriptor: { ...storageOf(clauses), Columns, Location },
      },
    });
    return NOTHING;
  };
};
