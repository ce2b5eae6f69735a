import type { Json, JsonObject } from 'headrace-asl';
import { StatesError } from 'headrace-asl';
import type { Clock } from '../../../src/ports/clock.ts';

export interface CrawlerScript {
  /** seconds from the start of the run that somebody else's crawl still takes; -1: there never was one */
  busyFor: number;
  /** seconds our crawl takes, each time */
  takes: number;
  /** how our crawl ends */
  ends: 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
}

export interface Crawler {
  start(): Json;
  get(): Json;
  /** crawls in the order they began, virtual ms since the start of the run */
  crawls: { from: number; to: number }[];
}

/** A Glue crawler as its API shows it: RUNNING, a moment of STOPPING, READY with the last crawl's outcome. */
export const createCrawler = (script: CrawlerScript, clock: Clock): Crawler => {
  const began = clock.now().getTime();
  const now = () => clock.now().getTime() - began;
  const crawls: Crawler['crawls'] = [];
  if (script.busyFor >= 0) crawls.push({ from: -60_000, to: script.busyFor * 1000 });

  const lastCrawl = (): JsonObject => {
    const at = crawls.findLastIndex(({ to }) => to <= now());
    const ended = crawls[at];
    if (ended === undefined) return {};
    const others = at === 0 && script.busyFor >= 0;
    const StartTime = new Date(began + ended.from).toISOString();
    return { LastCrawl: { Status: others ? 'SUCCEEDED' : script.ends, StartTime } };
  };
  const state = (): string => {
    const left = (crawls.at(-1)?.to ?? 0) - now();
    if (left <= 0) return 'READY';
    return left < 5_000 ? 'STOPPING' : 'RUNNING';
  };
  return {
    crawls,
    start() {
      if (state() !== 'READY') {
        const cause = 'Crawler with name raw has already started (Service: Glue, Status Code: 400)';
        throw new StatesError('Glue.CrawlerRunningException', cause);
      }
      crawls.push({ from: now(), to: now() + script.takes * 1000 });
      return {};
    },
    get: () => ({ Crawler: { Name: 'headrace-prod-raw', State: state(), ...lastCrawl() } }),
  };
};
