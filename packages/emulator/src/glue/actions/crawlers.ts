import { z } from 'zod';
import { AwsError, type Json, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { page, pageInput, parse, pick } from '../core.ts';
import type { Crawlers } from '../crawler/crawlers.ts';

export type CrawlerAction = (crawlers: Crawlers, input: JsonObject) => JsonObject;

/** Fields of a definition that are kept and given back. */
const fields = [
  'Name',
  'Role',
  'DatabaseName',
  'Description',
  'Targets',
  'Classifiers',
  'TablePrefix',
  'SchemaChangePolicy',
  'RecrawlPolicy',
  'LineageConfiguration',
  'LakeFormationConfiguration',
  'Configuration',
  'CrawlerSecurityConfiguration',
];

const named = z.object({ Name: z.string().min(1) });

const defaults: JsonObject = {
  Classifiers: [],
  SchemaChangePolicy: { UpdateBehavior: 'UPDATE_IN_DATABASE', DeleteBehavior: 'DEPRECATE_IN_DATABASE' },
  RecrawlPolicy: { RecrawlBehavior: 'CRAWL_EVERYTHING' },
  LineageConfiguration: { CrawlerLineageSettings: 'DISABLE' },
};

const scheduled = (input: JsonObject): Record<string, Json> =>
  typeof input.Schedule === 'string' && input.Schedule !== ''
    ? { Schedule: { ScheduleExpression: input.Schedule, State: 'SCHEDULED' } }
    : {};

const createCrawler: CrawlerAction = (crawlers, input) => {
  const { Name } = parse(named, input);
  if (crawlers.has(Name)) {
    throw new AwsError('AlreadyExistsException', `Crawler with name ${Name} already exists`);
  }
  const nowS = crawlers.now() / 1000;
  const own = { ...scheduled(input), CreationTime: nowS, LastUpdated: nowS, Version: 1 };
  crawlers.put(Name, { ...defaults, ...pick(input, fields), ...own });
  return {};
};

const updateCrawler: CrawlerAction = (crawlers, input) => {
  const { Name } = parse(named, input);
  const { State: _s, CrawlElapsedTime: _e, LastCrawl: _l, ...before } = crawlers.describe(Name);
  refuseIfRunning(crawlers, Name);
  const own = { LastUpdated: crawlers.now() / 1000, Version: Number(before.Version ?? 0) + 1 };
  crawlers.put(Name, { ...before, ...pick(input, fields), ...scheduled(input), ...own });
  return {};
};

const refuseIfRunning = (crawlers: Crawlers, name: string): void => {
  if (crawlers.isRunning(name)) {
    throw new AwsError('CrawlerRunningException', `Crawler with name ${name} is running`);
  }
};

const deleteCrawler: CrawlerAction = (crawlers, input) => {
  const { Name } = parse(named, input);
  crawlers.describe(Name);
  refuseIfRunning(crawlers, Name);
  crawlers.delete(Name);
  return {};
};

const getCrawler: CrawlerAction = (crawlers, input) => ({
  Crawler: crawlers.describe(parse(named, input).Name),
});

const getCrawlers: CrawlerAction = (crawlers, input) => {
  const { items, NextToken } = page(crawlers.names(), parse(pageInput, input), 100);
  return jsonObject({ Crawlers: items.map((name) => crawlers.describe(name)), NextToken });
};

const listCrawlers: CrawlerAction = (crawlers, input) => {
  const { items, NextToken } = page(crawlers.names(), parse(pageInput, input), 100);
  return jsonObject({ CrawlerNames: items, NextToken });
};

const startCrawler: CrawlerAction = (crawlers, input) => {
  crawlers.start(parse(named, input).Name);
  return {};
};

const stopCrawler: CrawlerAction = (crawlers, input) => {
  crawlers.stop(parse(named, input).Name);
  return {};
};

const metricsInput = z.object({ CrawlerNameList: z.array(z.string()).optional() });

const getCrawlerMetrics: CrawlerAction = (crawlers, input) => {
  const wanted = parse(metricsInput, input).CrawlerNameList;
  const names = crawlers.names().filter((name) => wanted === undefined || wanted.includes(name));
  return { CrawlerMetricsList: names.map((name) => crawlers.metrics(name)) };
};

export const crawlerActions: Record<string, CrawlerAction> = {
  CreateCrawler: createCrawler,
  UpdateCrawler: updateCrawler,
  DeleteCrawler: deleteCrawler,
  GetCrawler: getCrawler,
  GetCrawlers: getCrawlers,
  ListCrawlers: listCrawlers,
  StartCrawler: startCrawler,
  StopCrawler: stopCrawler,
  GetCrawlerMetrics: getCrawlerMetrics,
};
