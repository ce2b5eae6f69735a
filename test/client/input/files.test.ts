import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { identify } from '../../../client/import/identity.ts';
import { type Buckets, inputFiles } from '../../../client/input/files.ts';
import { readItems } from '../../../client/input/read.ts';
import { itemsOfFile, temporaryFolder, written, writtenParquet } from './support.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'year', '2025'), { recursive: true });
for (const name of ['b.ndjson', '2025/a.ndjson', '_SUCCESS', '.hidden', 'b.ndjson.crc'])
  written(join(folder, 'year'), name, `{"file":"${name}"}\n`);
written(join(folder, 'year'), 'empty.ndjson', '');

const named = async (...given: string[]): Promise<string[]> =>
  (await inputFiles(given)).map(({ name }) => name.replace(`${folder}/`, ''));

const buckets: Buckets = {
  list: async (bucket, prefix) =>
    ['logs/2025/a.gz', 'logs/2025/b.json', 'logs/2025/b.json.old', 'logs/2024/c.json', 'logs/_SUCCESS']
      .filter((key) => bucket === 'mine' && key.startsWith(prefix))
      .map((key) => ({ key, bytes: 8, etag: `"${key}"` })),
  read: async (_bucket, key) => Readable.from([Buffer.from(`{"key":"${key}"}\n`)]),
};

describe('what somebody gives as input', () => {
  test('may be files and folders, which are read with all below them, by name, without marks and empty files', async () => {
    expect(await named(join(folder, 'year/b.ndjson'), join(folder, 'year'))).toEqual([
      'year/b.ndjson',
      'year/2025/a.ndjson',
    ]);
  });

  test('may be the folder one is in', async () => {
    expect(await named(relative(process.cwd(), join(folder, 'year')))).toHaveLength(2);
    const before = process.cwd();
    process.chdir(join(folder, 'year'));
    try {
      expect((await inputFiles(['.'])).map(({ name }) => name)).toEqual(['2025/a.ndjson', 'b.ndjson']);
    } finally {
      process.chdir(before);
    }
  });

  test('is read once, however often and however spelled it is given', async () => {
    const spelled = [join(folder, 'year/b.ndjson'), relative(process.cwd(), join(folder, 'year/b.ndjson'))];
    expect(await named(...spelled)).toEqual(['year/b.ndjson']);
  });

  test('may be a pipe, which an import refuses for it can be read only once', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const files = await inputFiles([pipe]);
    await expect(identify(files, new AbortController().signal)).rejects.toThrow(
      `An import cannot read the pipe ${pipe}`,
    );
  });

  test('may be a pattern', async () => {
    expect(await named(join(folder, 'year/**/*.ndjson'))).toEqual([
      'year/2025/a.ndjson',
      'year/b.ndjson',
      'year/empty.ndjson',
    ]);
  });

  test('may be a prefix or a pattern of S3', async () => {
    const keys = async (uri: string) =>
      (await inputFiles([uri], buckets)).map(({ name }) => name.slice('s3://mine/'.length));
    expect(await keys('s3://mine/logs/')).toEqual([
      'logs/2024/c.json',
      'logs/2025/a.gz',
      'logs/2025/b.json',
      'logs/2025/b.json.old',
    ]);
    expect(await keys('s3://mine/logs/2025/b.json')).toEqual(['logs/2025/b.json']);
    expect(await keys('s3://mine/logs/*/*.json')).toEqual(['logs/2024/c.json', 'logs/2025/b.json']);
    const [first] = await inputFiles(['s3://mine/logs/2024'], buckets);
    expect(first && (await itemsOfFile(first))).toEqual([{ line: 1, text: '{"key":"logs/2024/c.json"}' }]);
  });

  test.each([
    ['nothing', 'there is no such file or folder'],
    ['year/b.ndjson/x', 'there is no such file or folder'],
    ['*.nothing', 'No file matches'],
  ])('is told not to be there: %s', async (path, message) => {
    await expect(inputFiles([join(folder, path)])).rejects.toThrow(message);
  });

  test('must hold something', async () => {
    mkdirSync(join(folder, 'bare'));
    await expect(inputFiles([join(folder, 'bare')])).rejects.toThrow('holds no files');
    await expect(inputFiles(['s3://mine/none'], buckets)).rejects.toThrow(
      'There is no object at s3://mine/none.',
    );
  });
});

describe('a Parquet file', () => {
  test('gives its rows with every digit', async () => {
    mkdirSync(join(folder, 'id=7'));
    const path = join(folder, 'id=7', 'rows.parquet');
    await writtenParquet(
      path,
      `SELECT 9007199254740993::BIGINT AS id, 12.30::DECIMAL(10,2) AS price, 'NaN'::DOUBLE AS odd, {l: ['inf'::DOUBLE, 1.5], s: 'NaN, -Infinity'} AS deep,
      TIMESTAMPTZ '2026-01-01 00:00:00.5+09' AS at, TIMESTAMP '2026-01-01 00:00:00' AS local, 'é "x"' AS note, [1, 2] AS list,
      {a: true} AS inside, NULL::INTEGER AS none`,
    );
    const [file] = await inputFiles([path]);
    expect(file && (await itemsOfFile(file))).toEqual([
      {
        line: 1,
        text: '{"id":9007199254740993,"price":12.30,"odd":null,"deep":{"l":[null,1.5],"s":"NaN, -Infinity"},"at":"2025-12-31 15:00:00.5+00","local":"2026-01-01 00:00:00","note":"é \\"x\\"","list":[1,2],"inside":{"a":true},"none":null}',
      },
    ]);
  });

  test('tells how many rows it has, and by them how far it has been read', async () => {
    const path = join(folder, 'many.parquet');
    await writtenParquet(path, 'SELECT hash(range) AS id FROM range(20000)');
    const [file] = await inputFiles([path]);
    const seen: number[] = [];
    let rows = 0;
    const onRows = (all: number): void => {
      rows = all;
    };
    const options = { chunkBytes: 1024, onRows, onBytes: (bytes: number) => seen.push(bytes) };
    if (file !== undefined) await Array.fromAsync(readItems(file, options));
    expect(rows).toBe(20_000);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.reduce((sum, bytes) => sum + bytes, 0) / (file?.bytes ?? 0)).toBeCloseTo(1, 3);
  });
});
