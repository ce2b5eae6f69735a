import { describe, expect, test } from '@jest/globals';
import { paths } from './support/etlCourse.ts';
import { onceEtlDrill, watch } from './support/watchEtl.ts';

const MINUTE = 60_000;

const etl = onceEtlDrill();

describe('a run with new properties', () => {
  test('starts the crawler once, waits for it, and goes on', async () => {
    const { main, crawls, attempts } = await watch(etl, paths.all);
    const [ours] = crawls;
    expect(crawls).toHaveLength(1);
    const checked = attempts.find(({ state }) => state === 'Checks/RunCheck');
    const planned = attempts.find(({ state }) => state === 'Plan');
    expect((checked?.from ?? 0) - (planned?.from ?? 0)).toBeGreaterThanOrEqual(ours?.to ?? Number.NaN);
    expect(main.slice(4, 10)).toEqual([
      'Tally',
      'NeedsCrawl?',
      'StartCrawler',
      'FirstPoll',
      'WaitForCrawler',
      'GetCrawler',
    ]);
  });

  test('notes the crawl as done only at its end', async () => {
    const { effects } = await watch(etl, paths.all);
    expect(effects.filter((effect) => /^(crawlDone|put reports)/.test(effect))).toEqual([
      'crawlDone 1',
      'put reports/e.json',
    ]);
  });

  test('looks every 2, 3, 4 … seconds, so that a crawl of an hour is asked about ninety times at most', async () => {
    const { attempts } = await watch(etl, paths.crawlLong);
    const looks = attempts.filter(({ state }) => state === 'GetCrawler').map(({ from }) => from);
    const gaps = looks.slice(1).map((at, before) => at - (looks[before] ?? 0));
    expect(gaps.slice(0, 3)).toEqual([3_000, 4_000, 5_000]);
    expect(gaps).toEqual(gaps.map((_, at) => (at + 3) * 1000));
    expect(looks.length).toBeLessThanOrEqual(89);
  });
});

describe('a crawler that is running already', () => {
  test.each([paths.crawlerBusy, paths.crawlerBusyLong])(
    '$name: is waited for, and then started for us',
    async (one) => {
      const { attempts, crawls } = await watch(etl, one);
      const [others, ours] = crawls;
      expect(crawls).toHaveLength(2);
      expect(ours?.from).toBeGreaterThanOrEqual(others?.to ?? Number.NaN);
      const starts = attempts.filter(({ state }) => state === 'StartCrawler').map(({ error }) => error);
      expect(starts.length).toBeGreaterThan(2);
      expect(starts.at(-1)).toBeUndefined();
      expect(new Set(starts.slice(0, -1))).toEqual(new Set(['Glue.CrawlerRunningException']));
      // What the run took for success was the crawl it had started itself.
      expect(attempts.filter(({ state }) => state === 'GetCrawler').length).toBeGreaterThan(0);
      const checks = attempts.find(({ state }) => state === 'Checks/RunCheck');
      expect((checks?.from ?? 0) - (attempts[0]?.from ?? 0)).toBeGreaterThanOrEqual(ours?.to ?? Number.NaN);
    },
  );

  test('is asked again after 20, 30, 45 and then every 60 seconds at most', async () => {
    const { waits } = await watch(etl, paths.crawlerBusy, { random: () => 0.999_999 });
    const seconds = waits('StartCrawler').map((ms) => Math.round(ms / 1000));
    expect(seconds.slice(0, 6)).toEqual([20, 30, 45, 60, 60, 60]);
  });

  test('and does not end fails the run after more than an hour, still as what it is', async () => {
    const { attempts, took, crawls } = await watch(etl, paths.crawlerStuck);
    expect(attempts.filter(({ state }) => state === 'StartCrawler')).toHaveLength(151);
    expect(took).toBeGreaterThan(60 * MINUTE);
    expect(crawls).toHaveLength(1);
  });
});

describe('a crawl of ours', () => {
  test.each([paths.crawlFailed, paths.crawlCancelled])(
    '$name: fails the run with what Glue says',
    async (one) => {
      const { main, cause } = await watch(etl, one);
      expect(main.slice(-4)).toEqual(['CrawlerState?', 'CrawlFailed', 'RecordFailure', 'Failed']);
      expect(cause).toMatch(
        /^The crawler headrace-prod-raw ended without success.*"Status":"(FAILED|CANCELLED)"/,
      );
    },
  );

  test.each([paths.crawlTimedOut, paths.neverCrawled])('$name: is given up after 68 minutes', async (one) => {
    const { main, attempts, took, cause } = await watch(etl, one);
    expect(main.slice(-4)).toEqual(['CrawlerState?', 'CrawlTimedOut', 'RecordFailure', 'Failed']);
    // 2 + 3 + … + 90 seconds
    expect(took).toBe(4_094_000);
    expect(attempts.filter(({ state }) => state === 'GetCrawler')).toHaveLength(89);
    expect(cause).toMatch(/headrace-prod-raw has been running for an hour/);
  });

  test('that timed out stays wanted, so that the next run starts it again', async () => {
    const { effects } = await watch(etl, paths.crawlTimedOut);
    expect(effects.filter((effect) => effect.startsWith('crawlDone'))).toEqual([]);
  });
});
