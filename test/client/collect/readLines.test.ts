import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openLines } from '../../../client/collect/readLines.ts';

const folder = mkdtempSync(join(tmpdir(), 'headrace-lines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = async (name: string, content: string | Uint8Array) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  const source = await openLines(file);
  const lines: string[] = [];
  for await (const line of source.lines) lines.push(line);
  return { lines, read: source.bytesRead(), total: source.totalBytes };
};

describe('reading lines', () => {
  const text = '{"a":1}\n\n{"a":2}';

  test('passes over empty lines and counts every byte', async () => {
    expect(await linesOf('plain', text)).toEqual({ lines: ['{"a":1}', '{"a":2}'], read: 16, total: 16 });
  });

  test('unzips what is gzip, whatever its name', async () => {
    for (const name of ['x.gz', 'x.json'])
      expect((await linesOf(name, gzipSync(text))).lines).toEqual(['{"a":1}', '{"a":2}']);
  });

  test('finds no line in an empty file', async () => {
    expect((await linesOf('empty', '')).lines).toEqual([]);
  });

  test('does not take a truncated gzip for its end', async () => {
    await expect(linesOf('cut.gz', gzipSync(text).subarray(0, 20))).rejects.toThrow('The input is damaged');
  });

  test('names what is not there, and folders', async () => {
    await expect(openLines(join(folder, 'nothing'))).rejects.toThrow('Cannot read');
    await expect(openLines(folder)).rejects.toThrow('is a folder');
  });
});
