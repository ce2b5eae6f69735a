import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { eachServices } from '../endpoint/fixture.ts';

const Bucket = 'lake';
const Key = 'copy';
const MIB = 1024 * 1024;
const source = Buffer.alloc(6 * MIB, 'abcdefg');
const CopySource = `/${Bucket}/from/%ED%95%9C%20a`;

let UploadId: string | undefined;
const stage = eachServices(async ({ s3 }) => {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'from/한 a', Body: source }));
  ({ UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key })));
});

const copyPart = (PartNumber: number, more: Partial<UploadPartCopyCommandInput> = {}) =>
  stage.s3.send(new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber, CopySource, ...more }));

describe('UploadPartCopy', () => {
  test('makes an object of ranges of another', async () => {
    const ranges = [`bytes=0-${5 * MIB - 1}`, `bytes=${5 * MIB}-${6 * MIB - 1}`];
    const copies = await Promise.all(
      ranges.map((CopySourceRange, index) => copyPart(index + 1, { CopySourceRange })),
    );
    const Parts = copies.map(({ CopyPartResult }, index) => ({
      PartNumber: index + 1,
      ETag: CopyPartResult?.ETag,
    }));
    await stage.s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );

    const { Body } = await stage.s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(source)).toBe(true);
  });

  test('without a range copies the whole object', async () => {
    const { CopyPartResult } = await copyPart(1);

    expect(CopyPartResult?.LastModified).toBeInstanceOf(Date);
    const { Parts } = await stage.s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts).toMatchObject([{ Size: source.length, ETag: CopyPartResult?.ETag }]);
  });

  test.each<[string, Partial<UploadPartCopyCommandInput>, string]>([
    ['a range beyond the source', { CopySourceRange: `bytes=0-${6 * MIB}` }, 'InvalidArgument'],
    ['half a range', { CopySourceRange: 'bytes=5-' }, 'InvalidArgument'],
    ['a source that is not there', { CopySource: `${Bucket}/none` }, 'NoSuchKey'],
    ['an upload that is not there', { UploadId: 'none' }, 'NoSuchUpload'],
    ['a source that has changed', { CopySourceIfMatch: '"0"' }, 'PreconditionFailed'],
  ])('of %s is refused', async (_what, more, name) => {
    await expect(copyPart(1, more)).rejects.toMatchObject({ name });
  });
});

test.each([
  [{ CopySourceIfMatch: '"0"' }, 'PreconditionFailed'],
  [{ CopySourceIfNoneMatch: '*' }, 'PreconditionFailed'],
  [{ CopySourceIfUnmodifiedSince: new Date('2020-01-01') }, 'PreconditionFailed'],
  [{ CopySourceIfModifiedSince: new Date('2040-01-01') }, 'PreconditionFailed'],
  [{ CopySourceIfNoneMatch: '"0"' }, undefined],
  [{ CopySourceIfMatch: '*', CopySourceIfUnmodifiedSince: new Date('2020-01-01') }, undefined],
])('CopyObject copies only what the request expects: %j', async (condition, name) => {
  const copying = stage.s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource, ...condition }));

  await expect(
    copying.then(
      () => undefined,
      (error: Error) => error.name,
    ),
  ).resolves.toBe(name);
});
