/** What a terminal shows over time, line by line, out of the bytes that a program wrote to it. */
import headless from '@xterm/headless';

/** Bytes, and when they came. */
export interface Chunk {
  ms: number;
  bytes: Uint8Array;
}

/** A piece of a line in one style. */
export interface Run {
  column: number;
  text: string;
  bold: boolean;
  /** 0 to 15; absent: the terminal's own */
  color?: number;
}

/** A line as it stood from one moment to another; without an end it stands to the last. */
export interface LineState {
  row: number;
  from: number;
  to?: number;
  runs: readonly Run[];
}

export interface Size {
  columns: number;
  /** enough for the whole: nothing may scroll away */
  rows: number;
}

const runsOf = (terminal: headless.Terminal, row: number): Run[] => {
  const line = terminal.buffer.active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    const text = cell?.getChars();
    if (!cell || !text) continue;
    const style = { bold: cell.isBold() !== 0, ...(cell.isFgPalette() ? { color: cell.getFgColor() } : {}) };
    const last = runs.at(-1);
    const goes = last && last.column + last.text.length === column;
    if (goes && last.bold === style.bold && last.color === style.color) last.text += text;
    else runs.push({ column, text, ...style });
  }
  return runs.map((run) => ({ ...run, text: run.text.trimEnd() })).filter(({ text }) => text !== '');
};

const write = (terminal: headless.Terminal, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve) => terminal.write(bytes, resolve));

/** What would be written over within `leastMs` of the picture before is not shown. */
export const lineStates = async (
  chunks: readonly Chunk[],
  { columns, rows }: Size,
  leastMs: number,
): Promise<LineState[]> => {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const states: LineState[] = [];
  const current = new Map<number, LineState>();
  const show = (ms: number): void => {
    for (let row = 0; row < rows; row += 1) {
      const runs = runsOf(terminal, row);
      const before = current.get(row);
      if (JSON.stringify(runs) === JSON.stringify(before?.runs ?? [])) continue;
      if (before) before.to = ms;
      const state: LineState = { row, from: ms, runs };
      current.set(row, state);
      if (runs.length > 0) states.push(state);
    }
  };
  let shown = Number.NEGATIVE_INFINITY;
  for (const [at, { ms, bytes }] of chunks.entries()) {
    await write(terminal, bytes);
    const next = chunks[at + 1]?.ms ?? Number.POSITIVE_INFINITY;
    if (next - shown < leastMs) continue;
    show(ms);
    shown = ms;
  }
  if (terminal.buffer.active.baseY > 0) throw new Error(`The program wrote more than ${rows} lines.`);
  terminal.dispose();
  return states;
};
