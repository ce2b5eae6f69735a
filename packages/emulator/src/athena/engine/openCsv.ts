export interface OpenCsvOptions {
  separator: string;
  quote: string;
  escapeChar: string;
}

/**
 * The cells of a line as OpenCSVSerde finds them. Quotes may stand around a cell; inside, a quote is doubled or escaped.
 * A quote in the middle of a cell is kept. A cell whose quote never ends is dropped: the SerDe joins no lines.
 */
export const openCsvCells = (line: string, { separator, quote, escapeChar }: OpenCsvOptions): string[] => {
  const cells: string[] = [];
  let cell = '';
  let inQuotes = false;
  let inCell = false;
  for (let at = 0; at < line.length; at += 1) {
    const c = line[at] ?? '';
    const next = line[at + 1];
    if (c === escapeChar && escapeChar !== '') {
      if (!(inQuotes || inCell) || (next !== quote && next !== escapeChar)) continue;
      cell += next;
      at += 1;
    } else if (c === quote && quote !== '') {
      if ((inQuotes || inCell) && next === quote) {
        cell += quote;
        at += 1;
      } else {
        if (isInside(line, at, separator)) cell = cell !== '' && cell.trim() === '' ? '' : cell + c;
        inQuotes = !inQuotes;
      }
      inCell = !inCell;
    } else if (c === separator && !inQuotes) {
      cells.push(cell);
      cell = '';
      inCell = false;
    } else {
      cell += c;
      inCell = true;
    }
  }
  if (!inQuotes) cells.push(cell);
  return cells;
};

/** A quote that stands neither at the beginning of a cell nor at its end: `a,b"c"d`. */
const isInside = (line: string, at: number, separator: string): boolean =>
  at > 2 && line[at - 1] !== separator && line.length > at + 1 && line[at + 1] !== separator;
