/**
 * Sends from a real Chromium: with the libraries of Segment, RudderStack and Snowplow, with what browsers bring along,
 * and with the lines of docs/guides/browser.md. `npm run check:browser`, three minutes. It needs Chromium (on Debian:
 * apt install chromium), and is skipped where there is none. With `--write` the table of docs/clients.md is written
 * anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { findChromium } from './chromium.ts';
import { type SenderCollector, startSenderCollector } from './senders/collector.ts';
import { type Row, rowOf, type Send } from './senders/judging.ts';
import { report } from './senders/rows.ts';
import { openShop, type Shop } from './senders/shop.ts';
import { installedVersion } from './senders/versions.ts';

/** Longer than a library waits before it sends again for the first time. */
const QUIET_MS = 4_000;

/** Until so many events are there, or none has come for as long as a first retry takes. */
const arrived = async (collector: SenderCollector, wanted: number): Promise<void> => {
  for (let quiet = 0; quiet < QUIET_MS && collector.events.length < wanted; quiet += 50) await sleep(50);
};

interface Library {
  client: string;
  /** Absent: what browsers bring along. */
  package?: string;
  protocol: string;
  call: string;
  /** the page is left as soon as the library has been called */
  leaves?: boolean;
  /** Absent: it is asked what it does after which answer. */
  unseen?: string;
}

const segment = { package: '@segment/analytics-next', protocol: 'Segment' };
const rudder = { package: '@rudderstack/analytics-js', protocol: 'RudderStack' };
const snowplow = { package: '@snowplow/browser-tracker', protocol: 'Snowplow' };
const unseen = 'sees no answer: an event that is not taken is lost';
const libraries: readonly Library[] = [
  { ...segment, client: '@segment/analytics-next', call: 'segment' },
  { ...segment, client: '@segment/analytics-next, batching', call: 'segmentBatching' },
  { ...rudder, client: '@rudderstack/analytics-js', call: 'rudder' },
  { ...rudder, client: '@rudderstack/analytics-js, beacon', call: 'rudderBeacon', unseen },
  { ...snowplow, client: '@snowplow/browser-tracker, POST', call: 'snowplowPost' },
  { ...snowplow, client: '@snowplow/browser-tracker, GET', call: 'snowplowGet' },
  { protocol: 'native', client: 'navigator.sendBeacon', call: 'beacon', leaves: true, unseen },
  { protocol: 'native', client: 'fetch with keepalive', call: 'keepalive', leaves: true },
];

/** The libraries make their own times, and the ids come back from the page. */
const sendWith =
  (shop: Shop, collector: SenderCollector, { call, leaves }: Library): Send =>
  async (what) => {
    const page = await shop.visit('/libraries');
    const asked = [collector.url, collector.key, what].map((one) => JSON.stringify(one)).join(', ');
    const ids = z.array(z.string()).parse(await page.evaluate(`senders.${call}(${asked})`));
    if (leaves) await page.goto('about:blank');
    await arrived(collector, ids.length);
    return { ids, order: ids.at(-1) ?? '', happened: Date.now() };
  };

const libraryRow = (shop: Shop, collector: SenderCollector, library: Library) => {
  const { client, protocol } = library;
  const version = library.package === undefined ? '' : installedVersion(library.package);
  const about = { client, version, protocol, ranIn: 'Chromium' };
  return rowOf(about, collector, sendWith(shop, collector, library), library.unseen);
};

/** The page view at once, the click, and what the page sends when it is left. */
const snippetRow = async (shop: Shop, collector: SenderCollector): Promise<Row> => {
  collector.restart();
  const page = await shop.visit('/snippet');
  await page.click('button');
  await page.goto('about:blank');
  await arrived(collector, 3);
  const names = collector.events.map(({ event_name }) => event_name).sort();
  const visitors = new Set(collector.events.map(({ anonymous_id }) => anonymous_id));
  if (names.join() !== 'button_clicked,page_left,page_view' || visitors.size !== 1)
    throw new Error(`The lines of docs/guides/browser.md sent ${names.join() || 'nothing'}.`);
  const about = { client: 'the lines of the browser guide', version: '', protocol: 'native' };
  return { ...about, ranIn: 'Chromium', result: 'each event once', faults: 'none is sent again' };
};

const executable = findChromium();
if (executable === undefined) {
  process.stdout.write('skipped: there is no Chromium here. On Debian: apt install chromium.\n');
} else {
  const collector = await startSenderCollector();
  const shop = await openShop(executable, collector);
  try {
    const rows: Row[] = [await snippetRow(shop, collector)];
    for (const library of libraries) rows.push(await libraryRow(shop, collector, library));
    if (shop.strangers.size > 0) throw new Error(`The pages also asked ${[...shop.strangers].join(', ')}.`);
    report(rows);
  } finally {
    await shop.close();
    await collector.close();
  }
}
