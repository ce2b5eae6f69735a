import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Look {
  width?: number;
  dark?: boolean;
}

/** A page of the console in a browser of its own; whatever it complains of fails the scene. */
export const openPage = async (
  browser: Browser,
  address: string,
  name: string,
  { width = 1200, dark = false }: Look = {},
): Promise<{ page: Page; complaints: string[] }> => {
  const page = await browser.newPage({
    viewport: { width, height: 800 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const { origin } = new URL(address);
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) complaints.push(`asked ${url}`);
  });
  await page.goto(`${address}#/${name}`);
  await page.locator('h1').waitFor();
  return { page, complaints };
};

const violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** By evaluation from outside: the policy of the page would let no foreign script in. */
export const assertAccessible = async (page: Page, what: string): Promise<void> => {
  await page.evaluate(axe);
  const found = violations.parse(await page.evaluate('axe.run().then(({ violations }) => violations)'));
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
  assert.deepEqual(told, [], `${what} has serious faults by axe`);
};

/** Nothing is wider than the window: tables and graphs scroll within themselves. */
export const assertFits = async (page: Page, what: string): Promise<void> => {
  const width = z.number().parse(await page.evaluate('document.documentElement.scrollWidth'));
  assert.ok(width <= (page.viewportSize()?.width ?? 0), `${what} is ${width} pixels wide`);
};

/** Presses Tab until this has the focus. */
export const tabTo = async (page: Page, selector: string): Promise<void> => {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${selector}.`);
};
