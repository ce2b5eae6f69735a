import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { inBuildFolder } from '../../src/build/engine/folder.ts';
import { unpackObjects } from '../../src/build/engine/unpack.ts';
import { line, type RawObject, rawObject, readerOf, stored, temporaryFolder } from '../helpers/rawLines.ts';

const unpack = async (object: RawObject, maxBytes = 1e6, listed = stored(object)) =>
  (await Array.fromAsync(unpackObjects(readerOf([object]), [listed], temporaryFolder(), maxBytes))).flat();

const whole = rawObject('a', [line(), line(), line()]);
const withBody = (body: Buffer): RawObject => ({ key: whole.key, body });

describe('unpacking raw objects', () => {
  test('a whole object comes out with its rows', async () => {
    expect(await unpack(whole)).toMatchObject([{ key: whole.key, rows: 3 }]);
  });

  test('two gzip members in one object are both read', async () => {
    const members = [gzipSync(`${line()}\n`), gzipSync(`${line()}\n${line()}\n`)];
    expect(await unpack(withBody(Buffer.concat(members)))).toMatchObject([{ rows: 3 }]);
  });

  const flipped = Buffer.from(whole.body);
  flipped[40] = (flipped[40] ?? 0) ^ 0xff;
  test.each<[string, RawObject]>([
    ['truncated', withBody(whole.body.subarray(0, -9))],
    ['cut after its header', withBody(whole.body.subarray(0, 12))],
    ['with a flipped bit', withBody(flipped)],
    ['no gzip', withBody(Buffer.from(`${line()}\n`.repeat(3)))],
    ['empty', withBody(Buffer.alloc(0))],
    ['with a row less than its name says', withBody(gzipSync(`${line()}\n${line()}\n`))],
    [
      'with garbage instead of its second member',
      withBody(Buffer.concat([gzipSync(`${line()}\n`), Buffer.from('garbage')])),
    ],
    ['without a row count in its name', { key: 'raw/dt=2026-11-01/hr=05/mine.json.gz', body: whole.body }],
  ])('an object %s is RawObjectDamaged, and named', async (_how, object) => {
    await expect(unpack(object)).rejects.toMatchObject({
      name: 'RawObjectDamaged',
      message: expect.stringContaining(object.key),
    });
  });

  test('a download that ended early is Transient: the object itself may be whole', async () => {
    const cut = withBody(whole.body.subarray(0, -9));
    await expect(unpack(cut, 1e6, stored(whole))).rejects.toMatchObject({ name: 'Transient' });
  });

  test('a connection that breaks while the object is read is Transient, whatever Node calls it', async () => {
    const broken = {
      ...readerOf([whole]),
      read: async () =>
        Readable.from(
          (async function* () {
            yield whole.body.subarray(0, 10);
            throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
          })(),
        ),
    };
    const unpacked = unpackObjects(broken, [stored(whole)], temporaryFolder(), 1e6);
    await expect(Array.fromAsync(unpacked)).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining(`broke off after 10 of ${whole.body.length} bytes`),
    });
  });

  test('more unzipped bytes than allowed are PartitionTooLarge', async () => {
    await expect(unpack(whole, 500)).rejects.toMatchObject({ name: 'PartitionTooLarge' });
  });
});

describe('the build folder', () => {
  test('is removed when the work fails, and so is what a killed process left', async () => {
    const parent = temporaryFolder();
    // No process has this number: Linux ends at 2^22.
    mkdirSync(`${parent}/headrace-build-4194400-x`);
    mkdirSync(`${parent}/somebody-elses`);
    let seen = '';
    const work = inBuildFolder(async (folder) => {
      seen = folder;
      expect(existsSync(folder)).toBe(true);
      throw new Error('stop');
    }, parent);
    await expect(work).rejects.toThrow('stop');
    expect(seen).not.toBe('');
    expect(readdirSync(parent)).toEqual(['somebody-elses']);
  });

  test('two builds of one process do not take each other for leftovers', async () => {
    const parent = temporaryFolder();
    await inBuildFolder(async (outer) => {
      await inBuildFolder(async () => {}, parent);
      expect(existsSync(outer)).toBe(true);
    }, parent);
  });
});
