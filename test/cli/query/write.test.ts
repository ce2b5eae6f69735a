import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatOf, rowObject, writeFile } from '../../../cli/query/write.ts';

const folder = mkdtempSync(join(tmpdir(), 'headrace-out-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Row = (string | null)[];

const answer = (rows: Row[], fails = false) => ({
  id: 'q',
  columns: ['name', 'n'],
  types: ['varchar', 'bigint'],
  ms: 1,
  bytesScanned: 0,
  rows: async function* () {
    yield* rows;
    if (fails) throw new Error('the connection broke');
  },
});

const written = async (name: string, rows: Row[]): Promise<string> => {
  await writeFile(join(folder, name), answer(rows));
  return readFileSync(join(folder, name), 'utf8');
};

const ROWS: Row[] = [
  ['a "quoted", one', '9007199254740993'],
  [null, null],
  ['', '0'],
  ['a|b\nc', '1'],
];

describe('a file is written in the form of its ending', () => {
  test('.csv keeps NULL and the empty text apart', async () => {
    expect(await written('a.csv', ROWS)).toBe(
      '"name","n"\r\n"a ""quoted"", one","9007199254740993"\r\n,\r\n"","0"\r\n"a|b\nc","1"\r\n',
    );
  });

  test('.json is one array, every digit kept', async () => {
    const text = await written('a.json', ROWS);
    expect(text).toContain('{"name":"a \\"quoted\\", one","n":9007199254740993}');
    expect(JSON.parse(text)).toHaveLength(4);
  });

  test('.json without rows is an empty array', async () => {
    expect(JSON.parse(await written('none.json', []))).toEqual([]);
  });

  test.each(['a.ndjson', 'a.jsonl', 'A.NDJSON'])('%s has an object a line', async (name) => {
    const lines = (await written(name, ROWS)).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(['a "quoted", one', null, '', 'a|b\nc']);
  });

  test('.md is a table, its cells on one line each', async () => {
    expect(await written('a.md', ROWS.slice(3))).toBe('| name | n |\n| --- | --- |\n| a\\|b c | 1 |\n');
  });

  test.each(['a', 'a.txt', 'a.parquet', 'csv'])(
    '%s has no form, which is told before anything runs',
    (name) => {
      expect(() => formatOf(name)).toThrow(`--out: "${name}" does not say in which form.`);
    },
  );
});

test('columns of the same name stay apart', () => {
  const head = { columns: ['id', 'id', 'id_2', 'id'], types: ['bigint', 'bigint', 'bigint', 'bigint'] };
  expect(JSON.stringify(rowObject(head, ['1', '2', '3', '4'], false))).toBe(
    '{"id":1,"id_3":2,"id_2":3,"id_4":4}',
  );
});

describe('a file that cannot be written whole', () => {
  test('is not there at all', async () => {
    await expect(writeFile(join(folder, 'half.csv'), answer(ROWS, true))).rejects.toThrow(
      'half.csv cannot be written: the connection broke',
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
  });

  test('leaves the one before as it was', async () => {
    await written('kept.csv', ROWS.slice(0, 1));
    await expect(writeFile(join(folder, 'kept.csv'), answer(ROWS, true))).rejects.toThrow();
    expect(readFileSync(join(folder, 'kept.csv'), 'utf8')).toContain('quoted');
  });

  test('in a folder that does not exist is told by name', async () => {
    await expect(writeFile(join(folder, 'no/where.csv'), answer(ROWS))).rejects.toThrow(
      /where\.csv cannot be written: .*ENOENT/,
    );
  });
});
