import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { type CsvError, type Info, parse } from 'csv-parse';
import { CliError } from '../failure.ts';
import { type Item, MAX_ITEM_BYTES, notUtf8, tooLong } from './item.ts';
import type { Chunks } from './peek.ts';

const BATCH = 500;

/** The parser cannot go on behind a row that is longer. One that is too long for an event must not end the file. */
const MAX_ROW_BYTES = 8 * MAX_ITEM_BYTES;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is beyond ASCII has to be decoded
const ascii = /^[\x00-\x7f]*$/;

/** Cells come one character a byte, so that what is not UTF-8 is seen; undefined for that. */
const decoded = (cell: string): string | undefined => {
  if (ascii.test(cell)) return cell;
  const bytes = Buffer.from(cell, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
};

/** Names of the columns as they begin a member of an object, written once for all rows. */
const columnsOf = (name: string, cells: readonly string[]): string[] => {
  const columns = cells.map((cell, index) => (decoded(cell) ?? '').trim() || `column_${index + 1}`);
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined)
    throw new CliError(
      `The header of ${name} names the column "${twice}" twice.`,
      'Give each column a name of its own.',
    );
  return columns.map((column) => `${JSON.stringify(column)}:`);
};

const itemOf = (columns: readonly string[], cells: readonly string[], line: number): Item => {
  if (cells.length !== columns.length) {
    const text = cells.join(',');
    if (text.length > MAX_ITEM_BYTES) return tooLong(line, Buffer.from(text, 'latin1'));
    const detail = `the row has ${cells.length} cells, the header ${columns.length}`;
    return { line, text, flaw: { reason: 'invalid_event', detail } };
  }
  let text = '';
  for (const [index, cell] of cells.entries()) {
    if (cell === '') continue;
    const value = decoded(cell);
    if (value === undefined) return notUtf8(line, Buffer.from(cells.join(','), 'latin1'));
    text += `${text === '' ? '' : ','}${columns[index]}${JSON.stringify(value)}`;
  }
  return text.length > MAX_ITEM_BYTES ? tooLong(line, Buffer.from(text)) : { line, text: `{${text}}` };
};

type Row = { record: string[]; info: Info };

/** A row that is longer than one may be, over several lines: only quotation marks hold line feeds. */
const isNotClosed = ({ code, lines }: CsvError, line: number): boolean =>
  code === 'CSV_QUOTE_NOT_CLOSED' || Number(lines) > line;

const LOST = 'the row and all that comes after it in the file cannot be read';

/** Without its end nobody knows where the row ends, nor what comes after it. */
const endless = (error: CsvError, line: number): Item => ({
  line,
  text: '',
  flaw: isNotClosed(error, line)
    ? {
        reason: 'invalid_event',
        detail: `a quotation mark is opened in the row that begins here and is not closed: ${LOST}`,
      }
    : {
        reason: 'event_too_large',
        detail: `the row that begins here is longer than ${MAX_ROW_BYTES} bytes: ${LOST}`,
      },
});

async function* until(isOver: () => boolean, chunks: Chunks): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (isOver()) return;
    yield chunk;
  }
}

const unreadable = (name: string, error: unknown): unknown => {
  if (!(error instanceof Error && 'code' in error)) return error;
  const advice = '--delimiter and --input tell how to read the file.';
  return new CliError(`${name} cannot be read as CSV: ${error.message}`, advice, { cause: error });
};

/**
 * CSV with a header: each row becomes an object of texts, as they stand (nothing is guessed: `007` stays `007`). An empty
 * cell is left out. By csv-parse, which knows quotes, line feeds in cells, and where each row began.
 */
export async function* readCsv(name: string, chunks: Chunks, delimiter: string): AsyncGenerator<Item[]> {
  const skipped: Item[] = [];
  // What the parser ended at: it runs ahead of the rows that are taken from it.
  const ends: CsvError[] = [];
  let line = 1;
  const parser = parse({
    delimiter,
    encoding: 'latin1',
    info: true,
    relax_column_count: true,
    // An inch sign in the middle of a cell is one.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_ROW_BYTES,
    on_skip: (error: CsvError | undefined, raw: string | undefined) => {
      if (error?.code === 'CSV_MAX_RECORD_SIZE' || error?.code === 'CSV_QUOTE_NOT_CLOSED') {
        ends.push(error);
        return;
      }
      const flaw = { reason: 'invalid_event' as const, detail: error?.message ?? 'the row cannot be read' };
      skipped.push({ line: Number(error?.lines ?? 0), text: (raw ?? '').slice(0, 200), flaw });
    },
    on_record: (row) => (ends.length === 0 ? row : null),
  });
  const input = Readable.from(until(() => ends.length > 0, chunks));
  input.once('error', (error) => parser.destroy(error));
  parser.once('close', () => input.destroy());
  const rows: AsyncIterable<Row> = input.pipe(parser);
  let columns: string[] | undefined;
  let batch: Item[] = [];
  try {
    for await (const { record, info } of rows) {
      if (columns === undefined) columns = columnsOf(name, record);
      else batch.push(itemOf(columns, record, line));
      line = info.lines + 1;
      if (batch.length + skipped.length < BATCH) continue;
      yield [...batch, ...skipped.splice(0)];
      batch = [];
    }
  } catch (error) {
    throw unreadable(name, error);
  }
  const [end] = ends;
  if (end !== undefined) skipped.push(endless(end, line));
  if (columns === undefined && skipped.length === 0)
    throw new CliError(`${name} is empty: it has no header.`);
  yield [...batch, ...skipped];
}
