import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createScreen, recordsOf, tableOf } from '../../cli/screen.ts';

/** A terminal of a width that keeps what is written to it. */
const terminal = (columns: number) => {
  const written: string[] = [];
  const out = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 24, fd: 1 });
  out.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  // What a screen uses of a terminal: its width, and a stream to write to.
  return { screen: createScreen(out as unknown as NodeJS.WriteStream), shown: () => written.join('') };
};

describe('the screen', () => {
  test('stands figures to the right and text to the left', () => {
    const lines = tableOf(
      ['name', 'n'],
      [
        ['a', '1'],
        ['bb', '1,234.5'],
        ['c', 'NULL'],
      ],
    ).split('\n');
    expect(lines.slice(3, 6)).toEqual(['│ a    │       1 │', '│ bb   │ 1,234.5 │', '│ c    │    NULL │']);
  });

  test('lets no tab bend a table and no control character reach the terminal', () => {
    const table = tableOf(['raw'], [['a\tb'], ['\u001b[2J']]);
    expect(table).toContain('│ a  b    │');
    expect(table).toContain('│ \\x1b[2J │');
  });

  test('shows rows that are wider than the terminal one below the other', () => {
    const { screen, shown } = terminal(20);
    screen.table(['event_id', 'x'], [['a-long-identifier', '1']]);
    expect(shown()).toBe('── row 1 ──\nevent_id  a-long-identifier\nx         1\n');
  });

  test('still names the columns of a wide table without rows', () => {
    expect(recordsOf(['a', 'b'], [])).toBe('a, b');
  });

  test('gives the cursor back when a bar is stopped half-way, once or twice', () => {
    const { screen, shown } = terminal(80);
    const progress = screen.progress('Sending x', 100, 'bytes');
    progress.update(50);
    progress.stop();
    progress.stop();
    expect(shown()).toContain('\u001b[?25h');
    expect(shown()).not.toContain('Sending x: ');
  });
});
