/**
 * The console in a real Chromium, on the data of a demo: every page in light, dark and 380 pixels wide, a replay, a
 * query with its chart, by keyboard alone, judged by axe. `npm run test:console`; three minutes. With `-- --write` it
 * also takes the pictures of docs/images/. Without a Chromium it says so, and fails nothing.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { z } from 'zod';
import { accessTo } from '../client/access.ts';
import { runQuery } from '../client/athena.ts';
import { findChromium } from './chromium.ts';
import { run, serve } from './console/product.ts';
import {
  byKeyboard,
  msToDraw,
  pageNames,
  replayInPage,
  type Stage,
  showPage,
  troubleAndCancel,
} from './console/scenes.ts';
import { say } from './programs.ts';

const { values: given } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

/** Taken as they are shown to a reader of the docs; the others are like them. */
const pictures: readonly string[] = ['overview', 'runs', 'ask', 'quarantine'];

const scene = async (name: string, play: () => Promise<void>): Promise<void> => {
  const began = performance.now();
  await play();
  say(`  ✓ ${name}, ${Math.round(performance.now() - began)} ms`);
};

const pictureOf = (name: string): string | undefined =>
  given.write && pictures.includes(name) ? `docs/images/console-${name}.png` : undefined;

const play = async (stage: Stage): Promise<void> => {
  for (const name of pageNames) {
    await scene(name, () => showPage(stage, name, {}, pictureOf(name)));
    await scene(`${name}, dark`, () => showPage(stage, name, { dark: true }));
    await scene(`${name}, 380 pixels wide`, () => showPage(stage, name, { width: 380 }));
  }
  await scene('by keyboard alone', () => byKeyboard(stage));
  await scene('a wrong statement, and a query that is cancelled', () => troubleAndCancel(stage));
  await scene('a replay', () => replayInPage(stage));
  const { ms, worked } = await msToDraw(stage);
  say(
    `  an hour × 30 days of balance: drawn ${Math.round(ms)} ms after the answer (aim: 1000), ${Math.round(worked)} ms of work`,
  );
};

const anEvent = async (endpoint: string, dataDir: string): Promise<string> => {
  const access = accessTo('local', { endpoint, collector: endpoint, dataDir });
  const { rows } = await runQuery(
    access,
    "SELECT max(event_id) FROM events WHERE event_name = 'order_completed'",
  );
  const [[id = null] = []] = rows;
  assert.ok(id, 'the demo has no order');
  return id;
};

const emulator = z.object({ endpoint: z.string() });
const served = z.object({ address: z.string() });

const main = async (): Promise<void> => {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    say(
      'Skipped: there is no Chromium here. Install one (Debian: apt-get install chromium), or name it with CHROMIUM.',
    );
    return;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'headrace-console-'));
  await run('demo', '--data', dataDir, '--json');
  const up = await serve('up', '--data', dataDir, '--port', '0');
  try {
    const args = ['console', '--data', dataDir, '--no-open'];
    // The first builds the page, and takes the longer for it.
    await (await serve(...args)).stop();
    const console = await serve(...args);
    say(`The console serves ${Math.round(console.ms)} ms after its start (aim: 2000 ms).`);
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath, args: sandbox });
    try {
      const { endpoint } = emulator.parse(up.told);
      const { address } = served.parse(console.told);
      await play({ browser, address, eventId: await anEvent(endpoint, dataDir) });
    } finally {
      await browser.close();
      await console.stop();
    }
  } finally {
    await up.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  say('The console does what it should.');
};

await main();
