import { endOfString } from '../../src/json/slices.ts';
import { CliError } from '../failure.ts';
import { isParquet } from './decode.ts';

/** How events stand in a file. */
export type Shape =
  | { kind: 'lines' }
  | { kind: 'values' }
  | { kind: 'parquet' }
  // Without a delimiter the file tells it.
  | { kind: 'csv'; delimiter?: string };

/** Names of shapes as people give them with --input. */
const named: Readonly<Record<string, Shape>> = {
  ndjson: { kind: 'lines' },
  json: { kind: 'values' },
  csv: { kind: 'csv' },
  tsv: { kind: 'csv', delimiter: '\t' },
  parquet: { kind: 'parquet' },
};

/** A tab is hard to give in a shell: \t is one. */
const delimiterNamed = (text: string): string => {
  const delimiter = text === '\\t' ? '\t' : text;
  if (delimiter !== '' && !/["\r\n]/.test(delimiter)) return delimiter;
  throw new CliError(
    `--delimiter: ${JSON.stringify(text)} cannot stand between cells.`,
    "Give the character between the cells, such as ';' or '\\t' for a tab; without --delimiter the file itself tells.",
  );
};

export const shapeNamed = (name: string, delimiter?: string): Shape => {
  const shape = Object.hasOwn(named, name) ? named[name] : undefined;
  if (shape === undefined)
    throw new CliError(
      `--input: "${name}" is not a format.`,
      `Give one of ${Object.keys(named).join(', ')}; without --input the file itself tells.`,
    );
  const given = delimiter === undefined ? undefined : delimiterNamed(delimiter);
  return shape.kind === 'csv' && given !== undefined ? { kind: 'csv', delimiter: given } : shape;
};

const DELIMITERS = [',', ';', '\t', '|'];

/** Outside of quotes. */
const countOf = (line: string, delimiter: string): number =>
  line.replaceAll(/"[^"]*"/g, '').split(delimiter).length - 1;

const delimiterOf = (line: string): { delimiter: string; cells: number } => {
  const found = DELIMITERS.map((delimiter) => ({ delimiter, cells: countOf(line, delimiter) }));
  return found.reduce((best, one) => (one.cells > best.cells ? one : best), { delimiter: ',', cells: 0 });
};

/** The name without what says how it is compressed. */
const extensionOf = (name: string): string =>
  /\.(\w+)(?:\.(?:gz|gzip|zst|zstd))?$/i.exec(name)?.[1]?.toLowerCase() ?? '';

/** A header and a first row with as many cells; for names that do not tell, standard input say. */
const looksLikeCsv = (first: string, second: string | undefined): boolean => {
  const { delimiter, cells } = delimiterOf(first);
  return cells > 0 && second !== undefined && countOf(second, delimiter) === cells;
};

/** Where the first value of a line ends, or how the line leaves off: inside a text, or inside containers after some byte. */
const scanLine = (line: string): { ends: number } | { inText: true } | { inList: boolean; last: string } => {
  const open: string[] = [];
  let last = '';
  const scan = /[^\s]/g;
  for (let match = scan.exec(line); match !== null; match = scan.exec(line)) {
    const at = match.index;
    last = match[0];
    if (last === '"') {
      const end = endOfString(line, at);
      if (end === line.length) return { inText: true };
      scan.lastIndex = end + 1;
    } else if (last === '{' || last === '[') open.push(last);
    else if (last === '}' || last === ']') {
      open.pop();
      if (open.length === 0) return { ends: at + 1 };
    }
  }
  return { inList: open.at(-1) === '[', last };
};

/** Whether an object that is not closed on its line can go on with the next one: else it is a torn line. */
const goesOn = (inList: boolean, last: string, next: string): boolean => {
  const opens = next === '{' || next === '[';
  if (last === ':') return true;
  if (last === '[' || (last === ',' && inList)) return next !== ',' && next !== '}';
  if (last === '{' || last === ',') return next === '"' || next === '}';
  return !opens && next !== '"';
};

const shapeOfObject = (first: string, second: string | undefined): Shape => {
  const scanned = scanLine(first);
  if ('ends' in scanned)
    return first.slice(scanned.ends).trim() === '' ? { kind: 'lines' } : { kind: 'values' };
  if ('inText' in scanned || second === undefined) return { kind: 'lines' };
  return { kind: goesOn(scanned.inList, scanned.last, second.trimStart()[0] ?? '') ? 'values' : 'lines' };
};

/** The first two lines that are not blank; a line is whole if another begins after it. */
const firstLines = (head: Buffer): string[] =>
  head
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 2);

/** What stands between the cells of a CSV, by its header. */
export const delimiterIn = (head: Buffer): string => delimiterOf(firstLines(head)[0] ?? '').delimiter;

/** Enough to tell a shape: two lines, or `limit` bytes. Asked with every chunk: a long line is not decoded each time. */
export const tellsShape = (head: Buffer, limit: number): boolean =>
  head.length >= limit || (head.includes('\n') && firstLines(head).length === 2);

/** How logs of AWS begin, those of CloudTrail say: `{"Records":[`. */
export const RECORDS = /^\{\s*"Records"\s*:\s*\[/;

/** Told by what the file begins with; by its name only where JSON and text with commas cannot be told apart. */
export const shapeOf = (name: string, head: Buffer, wrapper: string | undefined): Shape => {
  if (isParquet(head)) return { kind: 'parquet' };
  const [first = '', second] = firstLines(head);
  const begins = first.trimStart();
  if (begins.startsWith('[')) return { kind: 'values' };
  const isWrapped =
    wrapper === undefined ? RECORDS.test(head.toString('utf8').trimStart()) : begins.startsWith('{');
  if (isWrapped) return { kind: 'values' };
  if (begins.startsWith('{')) return shapeOfObject(begins, second);
  const extension = extensionOf(name);
  if (
    extension === 'csv' ||
    extension === 'tsv' ||
    (begins !== '' && !isJsonName(extension) && looksLikeCsv(first, second))
  )
    return { kind: 'csv', delimiter: extension === 'tsv' ? '\t' : delimiterOf(first).delimiter };
  return { kind: 'lines' };
};

const isJsonName = (extension: string): boolean => ['json', 'ndjson', 'jsonl'].includes(extension);
