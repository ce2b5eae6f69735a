import { DuckDBInstance } from '@duckdb/node-api';
import { CliError, messageOf } from '../failure.ts';
import type { Item } from './item.ts';

const quoted = (text: string, mark: string): string => `${mark}${text.replaceAll(mark, mark + mark)}${mark}`;

type Kind = 'number' | 'json' | 'text';

const kindOf = (type: string): Kind => {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL\(.*\)|BIGNUM)$/.test(type)) return 'number';
  return /^(BOOLEAN|JSON|STRUCT|MAP|UNION)|\[\d*\]$/.test(type) ? 'json' : 'text';
};

/** As text in any case: JSON of DuckDB's making has decimals as doubles. */
const expressionOf = (column: string, type: string): string => {
  const name = quoted(column, '"');
  if (kindOf(type) === 'json') return `to_json(${name})::VARCHAR`;
  return type === 'BLOB' ? `coalesce(TRY(decode(${name})), base64(${name}))` : `${name}::VARCHAR`;
};

const jsonNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A text, or what DuckDB writes inside lists and structs for numbers that JSON has not. */
const notNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity|inf)\b/gi;

const withoutNotNumbers = (json: string): string =>
  /nan|inf/i.test(json)
    ? json.replaceAll(notNumbers, (found) => (found.startsWith('"') ? found : 'null'))
    : json;

/** What is not a number in JSON (NaN, Infinity) is null. */
const jsonTextOf = (kind: Kind, text: unknown): string => {
  if (typeof text !== 'string') return 'null';
  if (kind === 'number') return jsonNumber.test(text) ? text : 'null';
  return kind === 'json' ? withoutNotNumbers(text) : JSON.stringify(text);
};

/**
 * The rows of a Parquet file as objects, read by DuckDB, which never holds more than some row groups. Integers and
 * decimals keep every digit; times are ISO text in UTC, or without a zone where the file has none; what is not UTF-8 is base64.
 * `onRows` is called first, with how many there are.
 */
export async function* readParquet(
  name: string,
  path: string,
  onRows: (rows: number) => void,
): AsyncGenerator<Item[]> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    // A folder called id=7 says nothing of the file.
    const source = `read_parquet(${quoted(path, "'")}, hive_partitioning = false)`;
    // The footer says it: no row is read for it.
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${source}`);
    onRows(Number(counted.getRows()[0]?.[0]));
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
    const columns = described
      .getRows()
      .map(([column, type]) => ({ column: String(column), type: String(type) }));
    const selected = columns.map(({ column, type }) => expressionOf(column, type));
    const members = columns.map(({ column, type }) => ({
      key: `${JSON.stringify(column)}:`,
      kind: kindOf(type),
    }));
    let line = 0;
    const result = await connection.stream(`SELECT ${selected.join(', ')} FROM ${source}`);
    for await (const rows of result.yieldRows()) {
      yield rows.map((row) => {
        line += 1;
        const texts = members.map(({ key, kind }, index) => `${key}${jsonTextOf(kind, row[index])}`);
        return { line, text: `{${texts.join(',')}}` };
      });
    }
  } catch (error) {
    throw new CliError(`${name} cannot be read as Parquet: ${messageOf(error)}`, undefined, { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
