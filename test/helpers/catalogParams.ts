import type { CatalogParams } from '../../resources/data/catalog.ts';

/** What a stage's params say of its catalog, with all that can be switched on. */
export const catalogParams: CatalogParams = {
  rawSince: '2023-01-01',
  archive: 'firehose',
  windows: 'on',
  liveKeepDays: '35',
  nowDays: 31,
};
