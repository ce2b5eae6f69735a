import { expect, test } from '@jest/globals';
import { svgOf } from '../../scripts/recording/svg.ts';
import { type Chunk, lineStates } from '../../scripts/recording/terminal.ts';

const chunks = (...written: [ms: number, text: string][]): Chunk[] =>
  written.map(([ms, text]) => ({ ms, bytes: Buffer.from(text) }));
const size = { columns: 20, rows: 8 };

test('a line that is written over stands until then, in its style', async () => {
  const bar = chunks(
    [0, '\x1b[1mSend\x1b[22m\r\n'],
    [100, '\x1b[1G0 of 2 \x1b[32m✓'],
    [500, '\x1b[1G\x1b[0m\x1b[0K2 of 2\r\n'],
  );
  expect(await lineStates(bar, size, 0)).toEqual([
    { row: 0, from: 0, runs: [{ column: 0, text: 'Send', bold: true }] },
    {
      ...{ row: 1, from: 100, to: 500 },
      runs: [
        { column: 0, text: '0 of 2', bold: false },
        { column: 7, text: '✓', bold: false, color: 2 },
      ],
    },
    { row: 1, from: 500, runs: [{ column: 0, text: '2 of 2', bold: false }] },
  ]);
});

test('pictures between two that are close to each other are left out, and never the end', async () => {
  const quick = chunks([0, 'a'], [10, 'b'], [20, 'c'], [100, 'd'], [310, 'e'], [320, 'f']);
  const texts = (await lineStates(quick, size, 250)).map(({ from, runs }) => [from, runs[0]?.text]);
  expect(texts).toEqual([
    [0, 'a'],
    [100, 'abcd'],
    [320, 'abcdef'],
  ]);
});

test('more lines than the terminal has are an error, since the first would be missing', async () => {
  await expect(lineStates(chunks([0, '\r\n'.repeat(9)]), size, 0)).rejects.toThrow('more than 8 lines');
});

test('the picture scrolls to the last line, and nothing of a text becomes markup', async () => {
  const states = await lineStates(chunks([0, 'one <1>\r\n'], [500, 'two\r\nthree & more']), size, 0);
  const svg = svgOf({ title: 'npm run demo', states, columns: 20, height: 2, endMs: 1000 });
  expect(svg).toContain('@keyframes scroll{0%{transform:translateY(0)}50%{transform:translateY(-19px)}}');
  expect(svg).toContain('>one &lt;1&gt;</tspan>');
  expect(svg).toContain('>three &amp; more</tspan>');
});
