import { styleText } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';

/** What a command shows while it works. With --json or --csv all of it goes to stderr: stdout is the document's. */
export interface Screen {
  say(line?: string): void;
  heading(line: string): void;
  warn(line: string): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  /** A bar on a terminal; elsewhere one line when it is done. */
  progress(title: string, total: number, unit: string): Progress;
}

export interface Progress {
  /** `note`: what a bar shows beside its figures, a rate say. */
  update(done: number, note?: string): void;
  end(summary: string): void;
  /** To be called in any case: a bar left running keeps the process alive and the terminal without its cursor. */
  stop(): void;
}

export const createScreen = (out: NodeJS.WriteStream): Screen => {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream: out });
  const say = (line = '') => {
    out.write(`${line}\n`);
  };
  return {
    say,
    heading: (line) => say(`\n${style('bold', line)}`),
    warn: (line) => say(style('yellow', line)),
    table: (head, rows) => {
      const text = tableOf(head, rows);
      // What does not fit a terminal's width cannot be read as a table.
      const fits = !out.isTTY || text.indexOf('\n') <= out.columns;
      say(fits ? text : recordsOf(head, rows));
    },
    progress: (title, total, unit) => (out.isTTY ? barOn(out, title, total, unit) : quietly(say, title)),
  };
};

const FIGURE = /^-?\d[\d,]*(\.\d+)?(E-?\d+)?( [KMGT]?B)?$/;
const NO_FIGURE = ['', '–', 'NULL'];

/** Exported for its test. Columns of figures stand to the right. */
export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const isFigures = (i: number) =>
    rows.length > 0 && rows.every((row) => FIGURE.test(row[i] ?? '') || NO_FIGURE.includes(row[i] ?? ''));
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (isFigures(i) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map(printable));
  return table.toString();
};

/** Each row as a block of its own, a line a column. Exported for its test. */
export const recordsOf = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const width = Math.max(...head.map((name) => name.length));
  const lines = (row: readonly string[]) =>
    head.map((name, i) => `${name.padEnd(width)}  ${printable(row[i] ?? '')}`);
  return rows.flatMap((row, i) => [`── row ${i + 1} ──`, ...lines(row)]).join('\n') || head.join(', ');
};

/** Events hold what anybody sent: no control character of theirs reaches the terminal, and no tab bends a table. */
const printable = (value: string): string =>
  value.replace(/\p{Cc}/gu, (char) =>
    char === '\n' ? char : char === '\t' ? '  ' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

const barOn = (out: NodeJS.WriteStream, title: string, total: number, unit: string): Progress => {
  const known = total > 0;
  const bar = new SingleBar(
    {
      stream: out,
      format: known
        ? `${title} {bar} {value}/{total} ${unit}, {eta_formatted} left {note}`
        : `${title}: {value} ${unit} {note}`,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { note: '' });
  return {
    update: (done, note = '') => bar.update(known ? Math.min(done, total) : done, { note }),
    end: (summary) => {
      bar.stop();
      out.write(`${title}: ${summary}\n`);
    },
    stop: () => bar.stop(),
  };
};

const quietly = (say: (line: string) => void, title: string): Progress => ({
  update: () => undefined,
  end: (summary) => say(`${title}: ${summary}`),
  stop: () => undefined,
});
