import { readFileSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { onceServices, startServices } from '../endpoint/fixture.ts';

const Bucket = 'lake';

const stage = onceServices(({ s3 }) => s3.send(new CreateBucketCommand({ Bucket })));

const put = (Key: string, Body: string | Uint8Array, rest: object = {}) =>
  stage.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));

const get = async (Key: string, rest: object = {}): Promise<string> => {
  const answer = await stage.s3.send(new GetObjectCommand({ Bucket, Key, ...rest }));
  return (await answer.Body?.transformToString()) ?? '';
};

describe('objects', () => {
  const keys = [
    'raw/dt=2026-11-01/hr=05/a.ndjson.gz',
    'with space and + and %2F',
    'ünïcode/日本/🚀',
    '../../../etc/passwd',
    'a/./b//c',
    'quote\'"<&>',
    'x'.repeat(1024),
    'a',
    'a/b',
  ];

  test.each(keys)('under the key %j come back as they went', async (key) => {
    await put(key, `body of ${key}`);

    expect(await get(key)).toBe(`body of ${key}`);
  });

  test('of more than 1,024 bytes of key are refused', async () => {
    await expect(put('ü'.repeat(513), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  test('keep their type, encoding and metadata', async () => {
    await put('meta', 'x', {
      ContentType: 'application/x-ndjson',
      ContentEncoding: 'gzip',
      CacheControl: 'no-store',
      Metadata: { rows: '12' },
    });

    const head = await stage.s3.send(new HeadObjectCommand({ Bucket, Key: 'meta' }));

    expect(head).toMatchObject({
      ContentType: 'application/x-ndjson',
      ContentEncoding: 'gzip',
      CacheControl: 'no-store',
      Metadata: { rows: '12' },
      ContentLength: 1,
      ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
      LastModified: new Date(stage.timer.now()),
    });
  });

  test('streamed in chunks with a trailing checksum arrive without the chunk framing', async () => {
    const chunks = ['one ', 'two ', 'x'.repeat(70_000)];
    const Body = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

    await put('streamed', '', { Body, ContentLength: chunks.join('').length });

    expect(await get('streamed')).toBe(chunks.join(''));
  });

  test('of several MiB pass through whole', async () => {
    const body = Buffer.alloc(12 * 1024 * 1024, 'abcdefg');
    await put('large', body);

    const answer = await stage.s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    const bytes = await answer.Body?.transformToByteArray();

    expect(Buffer.from(bytes ?? []).equals(body)).toBe(true);
  });

  test('whose checksum is wrong leave nothing behind', async () => {
    const refused = put('broken', 'body', { ChecksumCRC32: 'AAAAAA==' });

    await expect(refused).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(get('broken')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('answer the range %s with %j', async (Range, text, contentRange) => {
    await put('digits', '0123456789');

    const answer = await stage.s3.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));

    expect([await answer.Body?.transformToString(), answer.ContentRange]).toEqual([text, contentRange]);
  });

  test('refuse a range beyond their end', async () => {
    await put('digits', '0123456789');

    await expect(get('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  test('copied keep their metadata, unless it is replaced', async () => {
    await put('from ü', 'x', { Metadata: { a: '1' } });
    const CopySource = `${Bucket}/${encodeURIComponent('from ü')}`;

    await stage.s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    const head = await stage.s3.send(new HeadObjectCommand({ Bucket, Key: 'to' }));

    expect([await get('to'), head.Metadata]).toEqual(['x', { a: '1' }]);
  });

  test('copied onto themselves take new metadata, and nothing less than that', async () => {
    await put('self', 'x', { Metadata: { a: '1' } });
    const same = { Bucket, Key: 'self', CopySource: `${Bucket}/self` };

    await expect(stage.s3.send(new CopyObjectCommand(same))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('to itself without changing'),
    });
    await stage.s3.send(
      new CopyObjectCommand({ ...same, MetadataDirective: 'REPLACE', Metadata: { b: '2' } }),
    );

    const head = await stage.s3.send(new HeadObjectCommand({ Bucket, Key: 'self' }));
    expect([await get('self'), head.Metadata]).toEqual(['x', { b: '2' }]);
  });

  test('deleted many at once are gone, and deleting what is not there succeeds', async () => {
    await put('gone/<1>&', 'x');
    await put('gone/2', 'x');
    const Objects = [{ Key: 'gone/<1>&' }, { Key: 'gone/2' }, { Key: 'gone/never' }];

    const answer = await stage.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(answer.Deleted?.map((deleted) => deleted.Key)).toEqual(['gone/<1>&', 'gone/2', 'gone/never']);
    expect(stage.services.objects.list(Bucket, 'gone/')).toEqual([]);
  });
});

describe('conditional writes', () => {
  test('If-None-Match lets exactly one of many writers create the object', async () => {
    const writers = Array.from({ length: 20 }, (_, i) => put('once', `writer ${i}`, { IfNoneMatch: '*' }));

    const outcomes = await Promise.allSettled(writers);

    const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failures).toHaveLength(19);
    expect(failures[0]?.reason).toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  test('If-Match replaces only the object it has seen', async () => {
    const first = await put('versioned', '1');
    await put('versioned', '2', { IfMatch: first.ETag });

    await expect(put('versioned', '3', { IfMatch: first.ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put('not there', '1', { IfMatch: first.ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await get('versioned')).toBe('2');
  });

  test('a read with the ETag of what is there gives 304', async () => {
    const { ETag } = await put('cached', 'x');

    await expect(get('cached', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
  });
});

describe('refusals', () => {
  test('tags are refused, an object has none, and the object stays what it was', async () => {
    await put('tagged', 'body');
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };

    const writing = stage.s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging }));
    const reading = stage.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }));

    await expect(writing).rejects.toMatchObject({ name: 'NotImplemented' });
    expect((await reading).TagSet).toEqual([]);
    expect(await get('tagged')).toBe('body');
  });

  test('a bucket that holds something cannot be deleted', async () => {
    const deletion = stage.s3.send(new DeleteBucketCommand({ Bucket }));

    await expect(deletion).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  });

  test('a bucket needs a valid name', async () => {
    const creation = stage.s3.send(new CreateBucketCommand({ Bucket: 'Not_Valid' }));

    await expect(creation).rejects.toMatchObject({ name: 'InvalidBucketName' });
  });
});

describe('neighbours in the process', () => {
  test('see objects as files that can be read in place, sorted by key', async () => {
    await put('near/b', '2');
    stage.services.objects.put(Bucket, 'near/a', Buffer.from('1'));

    const listed = stage.services.objects.list(Bucket, 'near/');

    expect(listed.map((object) => [object.key, readFileSync(object.path, 'utf8')])).toEqual([
      ['near/a', '1'],
      ['near/b', '2'],
    ]);
    expect(await get('near/a')).toBe('1');
  });

  test('who listed an object before it was replaced still read it whole', async () => {
    await put('replaced', 'before');
    const [listed] = stage.services.objects.list(Bucket, 'replaced');

    await put('replaced', 'after');

    expect(readFileSync(listed?.path ?? '', 'utf8')).toBe('before');
    expect(stage.services.objects.get(Bucket, 'replaced')?.bytes).toBe(5);
  });

  test('find no bucket an AwsError, as clients do', () => {
    const listing = () => stage.services.objects.list('missing-bucket', '');

    expect(listing).toThrow(expect.objectContaining({ code: 'NoSuchBucket' }));
  });
});

test('a bucket and its objects are there after a restart, and leftovers of the time before are not', async () => {
  const first = await startServices();
  await first.s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await first.s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'k', Body: 'old' }));
  const replaced = first.services.objects.get('kept', 'k')?.path ?? '';
  await first.s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'k', Body: 'new' }));
  await first.close();

  const second = await startServices({ dataDir: first.dataDir });
  const { Buckets } = await second.s3.send(new ListBucketsCommand({}));
  const { Body } = await second.s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'k' }));

  expect(Buckets?.map((bucket) => bucket.Name)).toEqual(['kept']);
  expect(await Body?.transformToString()).toBe('new');
  expect(() => readFileSync(replaced)).toThrow('ENOENT');
  await second.closeAndRemove();
});

test('an object whose file somebody has removed by hand is no object any more after a restart', async () => {
  const first = await startServices();
  await first.s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  for (const Key of ['lost', 'there'])
    await first.s3.send(new PutObjectCommand({ Bucket: 'kept', Key, Body: Key }));
  rmSync(first.services.objects.get('kept', 'lost')?.path ?? '');
  await first.close();

  const second = await startServices({ dataDir: first.dataDir });

  expect(second.services.objects.list('kept', '').map(({ key }) => key)).toEqual(['there']);
  await second.closeAndRemove();
});
