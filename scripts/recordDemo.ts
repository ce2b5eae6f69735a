/**
 * Records `npm run demo` as it runs in a terminal, into docs/images/demo.svg: `npm run record:demo`, a minute. It
 * plays faster where a reader would only wait, and stops where there is much to read; nothing else is changed. Needs
 * `script` of util-linux, so Linux.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svgOf } from './recording/svg.ts';
import { type Chunk, lineStates } from './recording/terminal.ts';

const FILE = 'docs/images/demo.svg';
const MOST_BYTES = 150_000;
const COLUMNS = 100;
const HEIGHT = 30;
const ROWS = 300;
const LINE_FEED = 10;
const FASTER = 3;
/** No pause is longer. */
const LONGEST_PAUSE_MS = 700;
/** What a new line is given before the next comes. */
const READING_MS = 90;
/** Between two pictures of a line that changes. */
const LEAST_MS = 250;
const LAST_PICTURE_MS = 8_000;

/** Each line of the timing is how long the terminal was silent, and how many bytes came then. */
const chunksOf = (timing: string, written: Buffer): Chunk[] => {
  let at = written.indexOf('\n') + 1; // its first line is of `script` itself
  let ms = 0;
  return timing
    .trim()
    .split('\n')
    .map((line) => {
      const [seconds = 0, bytes = 0] = line.split(' ').map(Number);
      ms += Math.min((seconds * 1000) / FASTER, LONGEST_PAUSE_MS);
      const chunk = { ms: Math.round(ms), bytes: written.subarray(at, at + bytes) };
      at += bytes;
      ms += READING_MS * chunk.bytes.filter((byte) => byte === LINE_FEED).length;
      return chunk;
    });
};

const recorded = (folder: string): Chunk[] => {
  const [out, timing] = [join(folder, 'out'), join(folder, 'timing')];
  const command = `stty cols ${COLUMNS} rows ${ROWS}; npm run --silent demo -- --data ${join(folder, 'data')}`;
  // NO_COLOR and CI would make of it what is no terminal's.
  const { NO_COLOR: _plain, CI: _ci, FORCE_COLOR: _forced, ...env } = process.env;
  execFileSync(
    'script',
    ['--quiet', '--return', '--command', command, '--log-timing', timing, '--log-out', out],
    {
      env: { ...env, TERM: 'xterm-256color' },
      stdio: 'ignore',
    },
  );
  return chunksOf(readFileSync(timing, 'utf8'), readFileSync(out));
};

/** As somebody would type it. */
const prompt: Chunk = { ms: 0, bytes: Buffer.from('\x1b[32m$\x1b[39m npm run demo\r\n') };

const folder = mkdtempSync(join(tmpdir(), 'demo-'));
try {
  const chunks = [prompt, ...recorded(folder)];
  const states = await lineStates(chunks, { columns: COLUMNS, rows: ROWS }, LEAST_MS);
  const endMs = (chunks.at(-1)?.ms ?? 0) + LAST_PICTURE_MS;
  const svg = svgOf({ title: 'npm run demo', states, columns: COLUMNS, height: HEIGHT, endMs });
  if (svg.length > MOST_BYTES)
    throw new Error(`${FILE} would have ${svg.length} bytes, more than ${MOST_BYTES}.`);
  writeFileSync(FILE, svg);
  process.stdout.write(`${FILE}: ${svg.length} bytes, ${Math.round(endMs / 1000)} s\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
