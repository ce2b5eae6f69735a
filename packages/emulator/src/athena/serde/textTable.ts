import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { duckType, quoted, type TableColumn, type TrinoType } from 'headrace-trino';
import type { QueryConnection } from '../engine/engineProcess.ts';
import type { TextSerde } from '../engine/protocol.ts';
import { isNested } from '../engine/textValues.ts';
import { compressionOf, hasPlainLines, type ScanFile } from '../files.ts';
import { literal, pathList } from '../sqlText.ts';
import { isOfLines, lineRows } from './lineTable.ts';
import { LONGEST_LINE } from './longest.ts';

const castOf = (column: string, type: TrinoType): string => {
  if (type.name === 'varbinary') return `try(from_base64(${column}))`;
  return `CAST(${isNested(type) ? `CAST(${column} AS JSON)` : column} AS ${duckType(type)})`;
};

interface TextScan {
  columns: readonly (TableColumn & { used: boolean })[];
  files: readonly ScanFile[];
  serde: TextSerde;
  skip: number;
}

/** As our own reader of text finds them. */
const convertedRows = async (
  { columns, files, serde, skip }: TextScan,
  connection: QueryConnection,
  scratch: string,
): Promise<string> => {
  const target = join(scratch, `${randomUUID()}.csv`);
  const sources = files.map((file) => ({ path: file.path, compression: compressionOf(file.key) }));
  const list = columns.map(({ type, used }) => ({ type, used }));
  await connection.text({ files: sources, serde, columns: list, skip, target });
  const used = columns.filter((column) => column.used);
  const struct = [...used.map((_, i) => `c${i}: 'VARCHAR'`), "file: 'BIGINT'"].join(', ');
  const values = used.map(({ name, type }, i) => `${castOf(`c${i}`, type)} AS ${quoted(name)}`);
  const paths = pathList(files);
  return (
    `SELECT ${[...values, `${paths}[file + 1] AS emulator_path`].join(', ')} FROM read_csv(${literal(target)}, columns = {${struct}}, ` +
    `auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, ` +
    `max_line_size = ${LONGEST_LINE}, buffer_size = ${2 * LONGEST_LINE}, hive_partitioning = false)`
  );
};

/** The rows of text files: the columns that the query reads, and `emulator_path`. */
export const textRows = async (
  scan: TextScan,
  connection: QueryConnection,
  scratch: string,
): Promise<string> => {
  const plain = new Set<ScanFile>();
  if (isOfLines(scan)) for (const file of scan.files) if (await hasPlainLines(file)) plain.add(file);
  const [lines, others] = [[...plain], scan.files.filter((file) => !plain.has(file))];
  const parts = lines.length > 0 ? [lineRows(scan, lines)] : [];
  if (others.length > 0) parts.push(await convertedRows({ ...scan, files: others }, connection, scratch));
  return parts.join(' UNION ALL ');
};
