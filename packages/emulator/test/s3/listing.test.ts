import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { transaction } from '../../src/database.ts';
import { onceServices } from '../endpoint/fixture.ts';

const Bucket = 'lake';

/** Every page of a listing: its keys and common prefixes together. */
const pages = async (input: Partial<ListObjectsV2CommandInput>): Promise<string[][]> => {
  const found: string[][] = [];
  let ContinuationToken: string | undefined;
  do {
    const answer = await stage.s3.send(new ListObjectsV2Command({ Bucket, ...input, ContinuationToken }));
    const groups = (answer.CommonPrefixes ?? []).map((group) => group.Prefix ?? '');
    found.push([...(answer.Contents ?? []).map((object) => object.Key ?? ''), ...groups]);
    ContinuationToken = answer.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
};

const days = Array.from({ length: 30 }, (_, i) => `dt=2026-11-${String(i + 1).padStart(2, '0')}/`);

const stage = onceServices(async ({ s3, services: { objects, db } }) => {
  await s3.send(new CreateBucketCommand({ Bucket }));
  transaction(db, () => {
    for (const day of days) {
      for (let n = 0; n < 75; n += 1) objects.put(Bucket, `raw/${day}hr=00/${n}.gz`, Buffer.alloc(0));
    }
    for (const key of ['order/a', 'order/B', 'order/ä', 'order/Z', 'order/\u{1f680}', 'order/\ufffd']) {
      objects.put(Bucket, key, Buffer.alloc(0));
    }
    for (const key of ['mix/a', 'mix/b/1', 'mix/b/2', 'mix/c', 'mix/d/1', 'mix/e']) {
      objects.put(Bucket, key, Buffer.alloc(0));
    }
  });
});

describe('a listing', () => {
  test('comes in pages of 1,000, each key once', async () => {
    const found = await pages({ Prefix: 'raw/' });

    expect(found.map((keys) => keys.length)).toEqual([1000, 1000, 250]);
    expect(new Set(found.flat()).size).toBe(2250);
  });

  test('is never longer than 1,000, whatever is asked for', async () => {
    const answer = await stage.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'raw/', MaxKeys: 5000 }));

    expect([answer.KeyCount, answer.MaxKeys, answer.IsTruncated]).toEqual([1000, 1000, true]);
  });

  test('is in the order of UTF-8 bytes', async () => {
    const [keys] = await pages({ Prefix: 'order/' });

    // UTF-16 order, JavaScript's own, would put the rocket before U+FFFD.
    expect(keys).toEqual(['order/B', 'order/Z', 'order/a', 'order/ä', 'order/\ufffd', 'order/\u{1f680}']);
  });

  test('with a delimiter gives each folder once, over pages of any size', async () => {
    const atOnce = await pages({ Prefix: 'raw/', Delimiter: '/' });
    const bySeven = await pages({ Prefix: 'raw/', Delimiter: '/', MaxKeys: 7 });

    expect(atOnce).toEqual([days.map((day) => `raw/${day}`)]);
    expect(bySeven.flat()).toEqual(days.map((day) => `raw/${day}`));
    expect(bySeven.map((page) => page.length)).toEqual([7, 7, 7, 7, 2]);
  });

  test('counts keys and folders together towards a page', async () => {
    const found = await pages({ Prefix: 'mix/', Delimiter: '/', MaxKeys: 2 });

    expect(found).toEqual([['mix/a', 'mix/b/'], ['mix/c', 'mix/d/'], ['mix/e']]);
  });

  test('starts after a key', async () => {
    const found = await pages({ Prefix: 'mix/', StartAfter: 'mix/b/1' });

    expect(found).toEqual([['mix/b/2', 'mix/c', 'mix/d/1', 'mix/e']]);
  });

  test('of no keys is empty and not truncated', async () => {
    const answer = await stage.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));

    expect([answer.KeyCount, answer.IsTruncated]).toEqual([0, false]);
  });

  test('of the first version goes on by marker', async () => {
    const first = await stage.s3.send(
      new ListObjectsCommand({ Bucket, Prefix: 'mix/', Delimiter: '/', MaxKeys: 2 }),
    );
    const second = await stage.s3.send(
      new ListObjectsCommand({ Bucket, Prefix: 'mix/', Delimiter: '/', Marker: first.NextMarker }),
    );

    expect(first.NextMarker).toBe('mix/b/');
    expect(second.Contents?.map((object) => object.Key)).toEqual(['mix/c', 'mix/e']);
    expect(second.CommonPrefixes?.map((group) => group.Prefix)).toEqual(['mix/d/']);
  });

  test('with encoding-type=url has its keys percent-encoded', async () => {
    const answer = await stage.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'order/ä', EncodingType: 'url' }),
    );

    expect(answer.Contents?.map((object) => object.Key)).toEqual(['order/%C3%A4']);
  });
});
