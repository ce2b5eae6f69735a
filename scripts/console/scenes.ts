import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { assertAccessible, assertFits, type Look, openPage, tabTo } from './scene.ts';

export interface Stage {
  browser: Browser;
  address: string;
  /** of an event in the table */
  eventId: string;
}

/** When the page has what it is about. */
const ready: Readonly<Record<string, (page: Page, stage: Stage) => Promise<void>>> = {
  overview: (page) =>
    page
      .getByRole('img', { name: /^Rows of/ })
      .locator('canvas')
      .waitFor(),
  live: (page) => page.getByRole('table').first().waitFor(),
  runs: (page) => page.getByRole('button', { name: /^Done, Succeed, done/ }).waitFor(),
  ask: async (page) => {
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('region', { name: 'Answer', exact: true }).locator('canvas').waitFor();
  },
  events: async (page) => {
    await page.getByLabel('event_name').fill('search_performed');
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByText('no: schema drift').first().waitFor();
  },
  quarantine: async (page) => {
    await page.getByRole('button', { name: /^Show missing_event_name of shop-web/ }).click();
    await page.getByRole('region', { name: 'Rejected rows' }).waitFor();
  },
  trace: async (page, { eventId }) => {
    await page.getByLabel('event_id').fill(eventId);
    await page.getByRole('button', { name: 'Trace' }).click();
    await page.getByText('It is in the table.').waitFor();
  },
};

export const pageNames = Object.keys(ready);

/** One page on the demo's data: it shows what it is about, complains of nothing, fits, and axe finds no grave fault. */
export const showPage = async (
  stage: Stage,
  name: string,
  look: Look,
  picture?: string | undefined,
): Promise<void> => {
  const { page, complaints } = await openPage(stage.browser, stage.address, name, look);
  await ready[name]?.(page, stage);
  assert.ok((await page.getByText(/^as of/).count()) > 0, `${name} does not say as of when`);
  await assertFits(page, name);
  await assertAccessible(page, name);
  assert.deepEqual(complaints, [], name);
  if (picture !== undefined) await page.screenshot({ path: picture });
  await page.close();
};

/** Rows that lack their name are tried, mended, sent again, and are no longer open. */
export const replayInPage = async ({ browser, address }: Stage): Promise<void> => {
  const { page, complaints } = await openPage(browser, address, 'quarantine');
  await page.getByRole('button', { name: /^Show missing_event_name of shop-web/ }).click();
  const again = page.getByRole('region', { name: 'Send them again' });
  await again.getByRole('button', { name: 'Dry run' }).click();
  await again.getByText('0 would be sent:').waitFor();
  assert.equal(await again.getByRole('button', { name: /^Replay/ }).isDisabled(), true);
  await again.getByLabel(/^Fix/).fill('{"all":{"default":{"event_name":"page_view"}}}');
  await again.getByRole('button', { name: 'Dry run' }).click();
  await again.getByRole('button', { name: /^Replay \d+ rows?$/ }).click();
  await again.getByText(/^\d+ rows? accepted by the collector\.$/).waitFor();
  await page.getByRole('row', { name: /missing_event_name .* shop-web \d+ 0 / }).waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
};

/**
 * Chromium itself complains so, where typing replaces text that has a style of its own: it tries to keep that style,
 * and the policy forbids it. The editor styles the text anew.
 */
const OF_TYPING = 'Applying inline style violates';

/** From the beginning to an answer, and out of the editor again; a state of a run tells of itself. No mouse. */
export const byKeyboard = async ({ browser, address }: Stage): Promise<void> => {
  const { page, complaints } = await openPage(browser, address, 'overview');
  await tabTo(page, 'a[href="#/ask"]');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Ask', level: 1 }).waitFor();
  await tabTo(page, '.cm-content');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('SELECT count(*) AS one FROM events');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('columnheader', { name: 'one' }).waitFor();
  await tabTo(page, 'button.main');
  await page.goto(`${address}#/runs`);
  await tabTo(page, 'button.state');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: /^State / }).waitFor();
  assert.deepEqual(
    complaints.filter((text) => !text.startsWith(OF_TYPING)),
    [],
  );
  await page.close();
};

/** A statement that is wrong says what is, and a query is cancelled. */
export const troubleAndCancel = async ({ browser, address }: Stage): Promise<void> => {
  const { page } = await openPage(browser, address, 'ask');
  const write = async (sql: string) => {
    await page.locator('.cm-content').fill(sql);
    await page.keyboard.press('Control+Enter');
  };
  await write('SELECT nothing FROM nowhere');
  await page
    .getByRole('alert')
    .getByText(/nowhere/)
    .waitFor();
  await write(
    'SELECT count(*) FROM UNNEST(sequence(1, 10000)) a (x), UNNEST(sequence(1, 10000)) b (y), UNNEST(sequence(1, 1000)) c (z)',
  );
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).isEnabled();
  await page.getByText('CANCELLED').first().waitFor();
  await page.close();
};

/** Milliseconds of processor time that the page has used since: unlike time, they do not depend on what else runs. */
const meterOf = async (page: Page): Promise<() => Promise<number>> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
  const before = await read();
  return async () => (await read()) - before;
};

const HOURS = 30 * 24;

/** How long an hour × 30 days of balance takes from the answer to the picture, and how much of it the page works. */
export const msToDraw = async ({ browser, address }: Stage): Promise<{ ms: number; worked: number }> => {
  const { page } = await openPage(browser, address, 'events');
  const first = Date.parse('2026-11-01T00:00:00Z');
  const hours = Array.from({ length: HOURS }, (_, at) => ({
    hour: new Date(first + at * 3_600_000).toISOString().slice(0, 13),
    ...{ raw: 1_000 + at, curated: 990 + at, duplicates: 9, rejected: 1 },
    ...{ builtAt: '2026-12-01T00:00:00.000Z', staleSince: null, failure: null },
  }));
  const none = { at: [], values: [] };
  const result = {
    rates: { accepted: none, rejected: none, landed: none, landLagMs: none },
    hours,
    waiting: { hours: 0, more: false, oldestSince: null, days: 0 },
    ...{ lastLanded: null, alarms: [], runs: [] },
  };
  await page.route('**/api/overview', async (route) => {
    const body = `${JSON.stringify({ result, asOf: '2026-12-01T00:00:00.000Z' })}\n`;
    await route.fulfill({ contentType: 'application/x-ndjson', body });
  });
  const worked = await meterOf(page);
  await page.getByRole('link', { name: 'Overview' }).click();
  await page
    .getByRole('img', { name: /^Rows of 720 hours/ })
    .locator('canvas')
    .waitFor();
  const ms = await page.evaluate(`new Promise((done) => requestAnimationFrame(() => {
    const answers = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/api/overview'));
    done(performance.now() - answers[0].responseEnd);
  }))`);
  const drawn = { ms: Number(ms), worked: await worked() };
  await page.close();
  return drawn;
};
