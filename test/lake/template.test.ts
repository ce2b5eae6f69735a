import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { compiledQueries } from '../../compiler/sql/compile.ts';
import { catalogOf } from '../../resources/data/catalog.ts';
import * as layout from '../../src/lake/layout.ts';
import {
  eventsTable,
  liveWindowsTable,
  quarantineLinesTable,
  rawLinesTable,
} from '../../src/tables/tables.ts';
import { catalogParams } from '../helpers/catalogParams.ts';

/** YAML names the lake's folders where TypeScript cannot: this holds the two together. */

const folders = [
  layout.RAW,
  layout.QUARANTINE,
  layout.EVENTS,
  layout.MARTS,
  layout.REPORTS,
  layout.REJECTED,
  layout.FAILED_BATCHES,
  layout.REPLAYED_BATCHES,
  layout.REPLAY_MARKS,
  layout.IMPORTS,
  layout.ARCHIVE,
  layout.LIVE,
];

const found = (path: string, pattern: RegExp): string[] => {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line));
  return [
    ...new Set(lines.flatMap((line) => [...line.matchAll(pattern)].map(([, text = '']) => text))),
  ].sort();
};

const inLake = /\$\{LakeBucket(?:\.Arn)?\}\/([^\s'"\],]+)/g;

test('every folder of the lake has its lifecycle, and no lifecycle is of another', () => {
  expect(found('resources/data/lake.yml', /\bPrefix: (\S+)/g)).toEqual(folders.toSorted());
});

test('roles name no place of the lake but its folders, and of the whole bucket nothing', () => {
  const places = [
    'resources/access/iam.yml',
    'resources/access/iamServices.yml',
    'resources/data/archive.yml',
    'resources/data/windows.yml',
  ].flatMap((path) => found(path, inLake));
  expect(places.length).toBeGreaterThan(5);
  const odd = places.filter((place) => !folders.some((folder) => place.startsWith(folder)));
  expect(odd).toEqual([]);
});

test('a role that may write only what builds reject may write those keys', () => {
  const [place = ''] = found('resources/access/iam.yml', inLake).filter((one) => one.includes('hr='));
  const pattern = new RegExp(`^${place.replaceAll('*', '[^/]*')}$`);
  expect(layout.rejectedKeys('2026-11-01T05', '0f3a', 3).shown).toMatch(pattern);
  expect(layout.quarantineKey('2026-11-01T05', 'shardId-000000000003-1', 3)).not.toMatch(pattern);
});

test('a role that may write only what builds were made of may write those keys', () => {
  expect(found('resources/access/iam.yml', inLake)).toContain(`${layout.BUILD_INPUTS}*`);
});

test('the crawler looks at raw objects', () => {
  expect(found('resources/data/crawler.yml', inLake)).toEqual([layout.RAW]);
});

test('tables lie where their files are written', () => {
  const [day, hour] = ['2026-11-01', '2026-11-01T05'];
  expect(layout.rawKey(hour, 's-1', 1).startsWith(rawLinesTable.prefix)).toBe(true);
  expect(layout.quarantineKey(hour, 's-1', 1).startsWith(quarantineLinesTable.prefix)).toBe(true);
  expect(layout.livePartKey(new Date(`${hour}:00:00Z`), 's', '1').startsWith(liveWindowsTable.prefix)).toBe(
    true,
  );
  expect(layout.parquetKey(hour, 'b', 'events', 1).startsWith(eventsTable.prefix)).toBe(true);
  const { marts } = compiledQueries();
  const text = JSON.stringify(catalogOf('prod', compiledQueries(), catalogParams));
  for (const { name } of marts) {
    expect(layout.martDayFolder(name, 'run=x', day)).toMatch(`marts/${name}/`);
    expect(text).toContain(`"s3://\${LakeBucket}/marts/${name}/"`);
  }
});

test('the hours that Athena computes are the folders that land writes', () => {
  const text = JSON.stringify(catalogOf('prod', compiledQueries(), catalogParams));
  const templates = [...text.matchAll(/s3:\/\/\$\{LakeBucket\}\/([^"]*hr=[^"]*)/g)].map(
    ([, path = '']) => path,
  );
  const filled = templates.map((path) => path.replace(`\${!dt}`, '2026-11-01').replace(`\${!hr}`, '05'));
  const archived = `${layout.ARCHIVE}${layout.hourFolder('2026-11-01', '05')}`;
  const folders = [layout.rawFolder('2026-11-01T05'), layout.quarantineFolder('2026-11-01T05'), archived];
  expect([...new Set(filled)]).toEqual(folders);
});
