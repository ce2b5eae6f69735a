import { strToU8, zipSync } from 'fflate';
import { stringify } from 'yaml';
import { boardsOf, chartsOf, withTables } from '../charts.ts';
import { fileName, type KitFile } from '../file.ts';
import type { Place } from '../place.ts';
import { type KitTable, kitTables } from '../tables.ts';
import { sliceOf } from './chart.ts';
import { dashboardOf } from './dashboard.ts';
import { databaseOf, datasetOf } from './dataset.ts';

const yaml = (path: string, value: unknown): KitFile => ({
  path,
  content: stringify(value, { lineWidth: 0, version: '1.1' }),
});

/** Any time does, and one that never changes makes the same bytes. */
const TIMESTAMP = '2026-01-01T00:00:00+00:00';

const zipped = (files: readonly KitFile[]): Uint8Array =>
  zipSync(
    Object.fromEntries(
      files.map(({ path, content }) => [path, typeof content === 'string' ? strToU8(content) : content]),
    ),
    { mtime: '2026-01-01' },
  );

/** Only tables that people ask: what an export of Superset would have, in the same folders. */
const assetsOf = (tables: readonly KitTable[], place: Place, project: string): KitFile[] => {
  const boards = boardsOf(tables, project);
  const database = fileName(databaseOf(place).database_name);
  return [
    yaml('assets/metadata.yaml', { version: '1.0.0', type: 'assets', timestamp: TIMESTAMP }),
    yaml(`assets/databases/${database}.yaml`, databaseOf(place)),
    ...tables.map((table) => yaml(`assets/datasets/${database}/${table.name}.yaml`, datasetOf(table, place))),
    ...withTables(chartsOf(boards), tables).map(({ chart, table }) =>
      yaml(`assets/charts/${fileName(chart.name)}.yaml`, sliceOf(chart, table, place)),
    ),
    ...boards.map((board) =>
      yaml(`assets/dashboards/${fileName(board.title)}.yaml`, dashboardOf(board, place)),
    ),
  ];
};

/** The folder for `superset import-directory`, and the same as the zip that its API takes. */
export const supersetKit = (place: Place, project: string): KitFile[] => {
  const files = assetsOf(kitTables(), place, project);
  return [...files, { path: 'headrace.zip', content: zipped(files) }];
};
