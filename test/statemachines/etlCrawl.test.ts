import { describe, expect, test } from '@jest/globals';
import { paths } from './support/etlCourse.ts';
import { onceEtlDrill, watch } from './support/watchEtl.ts';

const MINUTE = 60_000;

const etl = onceEtlDrill();

describe('a run with new properties', () => {
  test('starts the crawler once, when all else is done, and waits for it', async () => {
    const { main, crawls } = await watch(etl, paths.all);
    expect(crawls).toHaveLength(1);
    expect(main.slice(4, 15)).toEqual([
      'Tally',
      'Checks',
      'Marts',
      'Warnings',
      'Postgres',
      'Sweep',
      'NeedsCrawl?',
      'StartCrawler',
      'FirstPoll',
      'WaitForCrawler',
      'GetCrawler',
    ]);
    expect(main.slice(-3)).toEqual(['Report', 'AnyPartitionFailed?', 'Done']);
  });

  test('notes the crawl as done only at its end', async () => {
    const { effects } = await watch(etl, paths.all);
    expect(effects.filter((effect) => /^(crawlDone|put reports\/(?!builds\/))/.test(effect))).toEqual([
      'crawlDone 2',
      'put reports/e.json',
    ]);
  });

  test('looks every 2, 3, 4 … seconds, so that a crawl is asked about 45 times at most', async () => {
    const { attempts } = await watch(etl, paths.crawlLong);
    const looks = attempts.filter(({ state }) => state === 'GetCrawler').map(({ from }) => from);
    const gaps = looks.slice(1).map((at, before) => at - (looks[before] ?? 0));
    expect(gaps.slice(0, 3)).toEqual([3_000, 4_000, 5_000]);
    expect(gaps).toEqual(gaps.map((_, at) => (at + 3) * 1000));
    expect(looks.length).toBeLessThanOrEqual(44);
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
    },
  );

  test('is asked again after 20, 30, 45 and then every 60 seconds at most', async () => {
    const { waits } = await watch(etl, paths.crawlerBusy, { random: () => 0.999_999 });
    const seconds = waits('StartCrawler').map((ms) => Math.round(ms / 1000));
    expect(seconds.slice(0, 6)).toEqual([20, 30, 45, 60, 60, 60]);
  });

  test('and does not end is given up after some half an hour, and the run is done all the same', async () => {
    const { attempts, main, took, crawls, effects } = await watch(etl, paths.crawlerStuck);
    expect(attempts.filter(({ state }) => state === 'StartCrawler')).toHaveLength(31);
    expect(took).toBeLessThan(45 * MINUTE);
    expect(crawls).toHaveLength(1);
    expect(main.slice(-2)).toEqual(['AnyPartitionFailed?', 'Done']);
    expect(effects.filter((effect) => effect.startsWith('crawlDone'))).toEqual([]);
  });
});

describe('a crawl of ours', () => {
  test.each([paths.crawlFailed, paths.crawlCancelled, paths.crawlForbidden])(
    '$name: is in the report of a run that has done all else',
    async (one) => {
      const { main, effects, attempts } = await watch(etl, one);
      expect(main.slice(-3)).toEqual(['Report', 'AnyPartitionFailed?', 'Done']);
      expect(attempts.map(({ state }) => state)).toEqual(
        expect.arrayContaining(['Checks/RunCheck', 'Marts/PublishMart', 'Warnings/RunWarning', 'Sweep']),
      );
      expect(effects.filter((effect) => effect.startsWith('crawlDone'))).toEqual([]);
    },
  );

  test.each([paths.crawlTimedOut, paths.neverCrawled])('$name: is given up after 17 minutes', async (one) => {
    const { main, attempts, took } = await watch(etl, one);
    expect(main.slice(-5)).toEqual([
      'CrawlerState?',
      'CrawlTimedOut',
      'Report',
      'AnyPartitionFailed?',
      'Done',
    ]);
    // 2 + 3 + … + 45 seconds
    expect(took).toBe(1_034_000);
    expect(attempts.filter(({ state }) => state === 'GetCrawler')).toHaveLength(44);
  });

  test('that timed out stays wanted, so that a later run starts it again', async () => {
    const { effects } = await watch(etl, paths.crawlTimedOut);
    expect(effects.filter((effect) => effect.startsWith('crawlDone'))).toEqual([]);
  });
});
