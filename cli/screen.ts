import { styleText } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';

/** What a command shows while it works. With --json all of it goes to stderr: stdout is the document's. */
export interface Screen {
  say(line?: string): void;
  heading(line: string): void;
  warn(line: string): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  /** A bar on a terminal; elsewhere one line when it is done. */
  progress(title: string, total: number, unit: string): Progress;
}

export interface Progress {
  update(done: number): void;
  end(summary: string): void;
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
      const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
      for (const row of rows) table.push([...row]);
      say(table.toString());
    },
    progress: (title, total, unit) => (out.isTTY ? barOn(out, title, total, unit) : quietly(say, title)),
  };
};

const barOn = (out: NodeJS.WriteStream, title: string, total: number, unit: string): Progress => {
  const bar = new SingleBar(
    {
      stream: out,
      format: `${title} {bar} {value}/{total} ${unit}`,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    update: (done) => bar.update(Math.min(done, bar.getTotal())),
    end: (summary) => {
      bar.stop();
      out.write(`${title}: ${summary}\n`);
    },
  };
};

const quietly = (say: (line: string) => void, title: string): Progress => ({
  update: () => undefined,
  end: (summary) => say(`${title}: ${summary}`),
});
