import { quoted, type TableColumn } from 'headrace-trino';
import type { TextSerde } from '../engine/protocol.ts';
import { compressionOf, type ScanFile } from '../files.ts';
import { literal, pathList } from '../sqlText.ts';
import { LONGEST_LINE } from './longest.ts';

interface LineColumns {
  columns: readonly (TableColumn & { used: boolean })[];
  serde: TextSerde;
  skip: number;
}

/** Characters that a plain file does not hold: as a separator they cut nothing. */
const CUTS_NOTHING = new Set(['\n', '\u0001']);

/** Whether a row is a line, and nothing else: a table of one text, whose separator plain lines cannot hold. */
export const isOfLines = ({ columns, serde, skip }: LineColumns): boolean => {
  const [only, ...others] = columns;
  const isText = only?.type.name === 'varchar' && only.type.length === undefined && others.length === 0;
  if (!isText || skip > 0 || serde.kind !== 'lazy' || serde.escapeChar !== undefined) return false;
  return CUTS_NOTHING.has(serde.separators[0] ?? '');
};

/** The line that is NULL: a text with a line feed is none, and DuckDB is told of one that no plain file holds. */
const nullText = (serde: TextSerde): string =>
  serde.kind === 'lazy' && ![...CUTS_NOTHING].some((sign) => serde.nullText.includes(sign))
    ? serde.nullText
    : '\u0002';

/** The rows of plain files (plainLines.ts) of such a table: DuckDB reads them by itself. */
export const lineRows = ({ columns, serde }: LineColumns, files: readonly ScanFile[]): string => {
  const shown = columns.filter(({ used }) => used).map(({ name }) => `f.line AS ${quoted(name)}`);
  const groups = Map.groupBy(files, ({ key }) => compressionOf(key));
  const parts = [...groups].map(
    ([compression, members]) =>
      `SELECT ${[...shown, 'f.emulator_path'].join(', ')} FROM read_csv(${pathList(members)}, columns = {line: 'VARCHAR'}, ` +
      `compression = '${compression === 'uncompressed' ? 'none' : compression}', auto_detect = false, header = false, ` +
      `delim = '\u0001', quote = '', escape = '', comment = '', new_line = '\\n', nullstr = ${literal(nullText(serde))}, ` +
      `max_line_size = ${LONGEST_LINE}, hive_partitioning = false, filename = 'emulator_path') AS f`,
  );
  return parts.join(' UNION ALL ');
};
