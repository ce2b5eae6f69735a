import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { preview } from '../../../client/import/preview.ts';
import { inputFiles } from '../../../client/input/files.ts';
import type { Mapping } from '../../../client/mapping/mapping.ts';
import { temporaryFolder, written, writtenParquet } from '../input/support.ts';

const folder = temporaryFolder();

const previewOf = async (paths: readonly string[], mapping: Mapping) =>
  preview(
    await inputFiles(paths),
    mapping,
    {},
    {
      id: '3f2a9c01d2e4',
      source: 'history',
      receivedAt: new Date('2026-11-01T12:00:00Z'),
    },
  );

test('a field that one file lacks stops nothing, one that all lack stops the import', async () => {
  const files = [
    written(folder, 'a.ndjson', '{"id":"1","kind":"visit"}\n'),
    written(folder, 'b.ndjson', '{"id":"2","kind":"visit","at":"2025-01-01T00:00:00Z"}\n'),
  ];
  const found = await previewOf(files, { id: 'id', name: 'kind', time: { field: 'at' } });
  expect([found.events.length, found.rejected]).toEqual([1, 1]);
  await expect(previewOf(files, { name: 'kind', time: { field: 'when' } })).rejects.toThrow(
    'None of the first 2 events of 2 files has the field "when" (time).',
  );
});

test('the events of a Parquet file are as many as its footer says', async () => {
  const path = join(folder, 'visits.parquet');
  await writtenParquet(
    path,
    "SELECT range AS id, 'visit' AS kind, TIMESTAMP '2025-01-01' + to_seconds(range) AS at FROM range(20000)",
  );
  const found = await previewOf([path], { id: 'id', name: 'kind', time: { field: 'at' } });
  expect(found.estimate).toMatchObject({ events: 20_000 });
});
