import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { eachServices, restart } from '../endpoint/fixture.ts';

const Bucket = 'lake';
const Key = 'events/big.parquet';
const MIB = 1024 * 1024;

let UploadId: string;

const stage = eachServices(async ({ s3 }) => {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const created = await s3.send(
    new CreateMultipartUploadCommand({
      Bucket,
      Key,
      ContentType: 'application/parquet',
      Metadata: { a: '1' },
    }),
  );
  UploadId = created.UploadId ?? '';
});

const upload = async (PartNumber: number, Body: Uint8Array) => {
  const { ETag } = await stage.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
};

const complete = (Parts: { PartNumber: number; ETag: string | undefined }[]) =>
  stage.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

describe('a multipart upload', () => {
  test('joins its parts by number, with the ETag S3 would give', async () => {
    const bodies = [Buffer.alloc(5 * MIB, 'a'), Buffer.alloc(5 * MIB, 'b'), Buffer.from('end')];
    const parts = [await upload(2, bodies[1]!), await upload(7, bodies[2]!), await upload(1, bodies[0]!)];
    await complete([parts[2]!, parts[0]!, parts[1]!]);

    const answer = await stage.s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);

    const md5s = bodies.map((body) => createHash('md5').update(body).digest());
    const etag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-3"`;
    expect(bytes.equals(Buffer.concat(bodies))).toBe(true);
    expect(answer).toMatchObject({ ETag: etag, ContentType: 'application/parquet', Metadata: { a: '1' } });
  });

  test('shows nothing under its key before it is complete', async () => {
    await upload(1, Buffer.from('half'));

    expect(stage.services.objects.get(Bucket, Key)).toBeUndefined();
    const { Parts } = await stage.s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts?.map((part) => [part.PartNumber, part.Size])).toEqual([[1, 4]]);
  });

  test('takes the last upload of a part number', async () => {
    await upload(1, Buffer.from('first'));
    const part = await upload(1, Buffer.from('second'));

    await complete([part]);

    const head = await stage.s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head.ContentLength).toBe(6);
  });

  test('survives a restart between its parts', async () => {
    const first = await upload(1, Buffer.alloc(5 * MIB));
    await restart(stage);

    await complete([first, await upload(2, Buffer.from('x'))]);

    expect(stage.services.objects.get(Bucket, Key)?.bytes).toBe(5 * MIB + 1);
  });

  test('refuses parts out of order, unknown, changed or too small', async () => {
    const small = await upload(1, Buffer.from('small'));
    const last = await upload(2, Buffer.from('last'));

    await expect(complete([last, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([{ PartNumber: 3, ETag: small.ETag }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete([{ PartNumber: 1, ETag: last.ETag }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(complete([small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' });
  });

  test('once aborted is gone', async () => {
    const part = await upload(1, Buffer.from('x'));
    await stage.s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));

    await expect(complete([part])).rejects.toMatchObject({ name: 'NoSuchUpload' });
    const { Uploads } = await stage.s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads).toBeUndefined();
  });
});
