import { once } from 'node:events';
import fs from 'node:fs/promises';
import { extname } from 'node:path';
import type { AnsweredQuery, Row } from '../../client/athena.ts';
import { CliError, messageOf } from '../../client/failure.ts';
import { jsonValue } from '../../client/sqlValues.ts';
import { csvRow } from '../csv.ts';

type Head = Pick<AnsweredQuery, 'columns' | 'types'>;

/** An object has each name once: `id, id` become `id, id_2`. */
const apart = (columns: readonly string[]): string[] => {
  const taken = new Set(columns);
  const seen = new Set<string>();
  return columns.map((column) => {
    let name = column;
    for (let n = 2; seen.has(name) || (name !== column && taken.has(name)); n += 1) name = `${column}_${n}`;
    seen.add(name);
    return name;
  });
};

/** A row as JSON has it. With `asText` every value stays the text that Athena gave. */
export const rowObject = ({ columns, types }: Head, row: Row, asText: boolean): Record<string, unknown> =>
  Object.fromEntries(
    apart(columns).map((column, i) => {
      const value = row[i] ?? null;
      return [column, asText ? value : jsonValue(types[i] ?? '', value)];
    }),
  );

/** What a file begins with, has for each row, and ends with. */
interface Format {
  begin(head: Head): string;
  row(head: Head, row: Row, index: number): string;
  end: string;
}

const markdownCell = (value: string | null): string =>
  value === null ? '' : value.replaceAll('|', '\\|').replaceAll(/\r?\n/g, ' ');
const markdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

export const CSV: Format = {
  begin: ({ columns }) => csvRow(columns),
  row: (_, row) => csvRow(row),
  end: '',
};

const lines: Format = {
  begin: () => '',
  row: (head, row) => `${JSON.stringify(rowObject(head, row, false))}\n`,
  end: '',
};

const formats: Readonly<Record<string, Format>> = {
  '.csv': CSV,
  '.ndjson': lines,
  '.jsonl': lines,
  '.json': {
    begin: () => '[',
    row: (head, row, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(rowObject(head, row, false))}`,
    end: '\n]\n',
  },
  '.md': {
    begin: ({ columns }) => `${markdownRow(columns)}${markdownRow(columns.map(() => '---'))}`,
    row: (_, row) => markdownRow(row.map(markdownCell)),
    end: '',
  },
};

/** By the ending of its name. Throws CliError for one that is not known, so call it before the query costs anything. */
export const formatOf = (path: string): Format => {
  const format = formats[extname(path).toLowerCase()];
  if (format) return format;
  throw new CliError(
    `--out: "${path}" does not say in which form.`,
    `Its name has to end in ${Object.keys(formats).join(', ')}.`,
  );
};

/** The pieces of a text that are not rows: its beginning and its end. */
const AROUND = 2;

/** The text of a result, row after row. */
const written = async function* (answer: AnsweredQuery, format: Format): AsyncGenerator<string> {
  yield format.begin(answer);
  let index = 0;
  for await (const row of answer.rows()) {
    yield format.row(answer, row, index);
    index += 1;
  }
  yield format.end;
};

/** Writes to a stream, as fast as it takes it. Resolves with the number of rows. */
export const writeTo = async (
  out: NodeJS.WritableStream,
  answer: AnsweredQuery,
  format: Format,
): Promise<number> => {
  let pieces = 0;
  for await (const piece of written(answer, format)) {
    if (!out.write(piece)) await once(out, 'drain');
    pieces += 1;
  }
  return pieces - AROUND;
};

/** The file is there whole or not at all. Resolves with the number of rows. */
export const writeFile = async (path: string, answer: AnsweredQuery): Promise<number> => {
  const partial = `${path}.part`;
  let pieces = 0;
  const counted = async function* () {
    for await (const piece of written(answer, formatOf(path))) {
      pieces += 1;
      yield piece;
    }
  };
  try {
    await fs.writeFile(partial, counted());
    await fs.rename(partial, path);
    return pieces - AROUND;
  } catch (cause) {
    await fs.rm(partial, { force: true });
    throw new CliError(`--out: ${path} cannot be written: ${messageOf(cause)}`, undefined, { cause });
  }
};
