import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { eachServices, restart } from '../endpoint/fixture.ts';

const Bucket = 'lake';
const stage = eachServices(({ s3 }) => s3.send(new CreateBucketCommand({ Bucket })));

const authorization =
  'AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
const signature = ';chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648';

/** A body in chunks of at most 7 bytes, as SDKs frame them. */
const framed = (bytes: Buffer, extension = '', trailers = ''): Buffer => {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 7) {
    const chunk = bytes.subarray(at, at + 7);
    parts.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from(`0${extension}\r\n${trailers}\r\n`)]);
};

const put = (body: Buffer, headers: Record<string, string>, path = 'k') =>
  fetch(`${stage.endpoint.url}/${Bucket}/${path}`, {
    method: 'PUT',
    headers: { authorization, ...headers },
    body: new Uint8Array(body),
  });

const stored = async (Key = 'k'): Promise<Buffer> => {
  const { Body } = await stage.s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

const bytes = Buffer.from('event\r\n0\r\n한글 and \0 bytes\r\n');
const checksum = Buffer.alloc(4);
checksum.writeUInt32BE(crc32(bytes));
const crc = checksum.toString('base64');
const length = { 'x-amz-decoded-content-length': String(bytes.length) };

describe('a body in chunks', () => {
  test.each<[string, Record<string, string>, Buffer]>([
    [
      'signed, known by its hash alone (SDK for Java 1, S3A)',
      { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', ...length },
      framed(bytes, signature),
    ],
    [
      'signed, with a signed trailer',
      {
        'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        ...length,
      },
      framed(bytes, signature, `x-amz-checksum-crc32:${crc}\n\r\nx-amz-trailer-signature:0\r\n`),
    ],
    [
      'unsigned, with a trailer',
      {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
      framed(bytes, '', `x-amz-checksum-crc32:${crc}\r\n`),
    ],
    [
      'signed with SigV4A',
      { 'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' },
      framed(bytes, signature),
    ],
    ['with its encoding only', { 'content-encoding': 'aws-chunked' }, framed(bytes)],
    [
      'with its encoding beside another',
      {
        'content-encoding': 'aws-chunked,gzip',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      },
      framed(bytes),
    ],
  ])('is stored without its framing: %s', async (_what, headers, body) => {
    const response = await put(body, headers);

    expect([response.status, response.headers.get('etag')]).toEqual([
      200,
      `"${createHash('md5').update(bytes).digest('hex')}"`,
    ]);
    expect(await stored()).toEqual(bytes);
    const { ContentEncoding } = await stage.s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(ContentEncoding).toBe(headers['content-encoding']?.includes('gzip') ? 'gzip' : undefined);
  });

  test.each<[string, Record<string, string>, Buffer, string]>([
    ['that ends early', {}, framed(bytes, signature).subarray(0, 20), 'IncompleteBody'],
    ['whose chunks have no signature', {}, framed(bytes), 'InvalidChunkSizeError'],
    [
      'whose chunks are longer than they say',
      {},
      Buffer.from(`3${signature}\r\nevent\r\n0${signature}\r\n\r\n`),
      'InvalidChunkSizeError',
    ],
    ['that is none', {}, Buffer.from('plain text\r\nof lines\r\n'), 'InvalidChunkSizeError'],
    [
      'of another length',
      { 'x-amz-decoded-content-length': '3' },
      framed(bytes, signature),
      'IncompleteBody',
    ],
    [
      'whose trailer has another checksum',
      { 'x-amz-trailer': 'x-amz-checksum-crc32' },
      framed(bytes, signature, 'x-amz-checksum-crc32:AAAAAA==\r\n'),
      'BadDigest',
    ],
  ])('%s is refused, and nothing is stored', async (_what, headers, body, code) => {
    const response = await put(body, {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      ...headers,
    });

    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(`<Code>${code}`)]);
    expect((await stage.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  test('with a hash of the whole is stored as it comes', async () => {
    await put(bytes, { 'x-amz-content-sha256': createHash('sha256').update(bytes).digest('hex') });

    expect(await stored()).toEqual(bytes);
  });
});

describe('a URL signed with version 2', () => {
  const query = 'AWSAccessKeyId=AKIATEST&Expires=1893456000&Signature=c2ln%2B%3D';

  test('writes and reads an object', async () => {
    const url = `${stage.endpoint.url}/${Bucket}/k?${query}`;

    expect((await fetch(url, { method: 'PUT', body: 'text' })).status).toBe(200);
    const read = await fetch(`${url}&response-content-type=text%2Fcsv`);

    expect([await read.text(), read.headers.get('content-type')]).toEqual(['text', 'text/csv']);
  });

  test('calls in the name of its key, as its header does', async () => {
    const callers: string[] = [];
    await restart(stage, {
      intercept: async ({ accessKeyId, service }) => void callers.push(`${service} ${accessKeyId}`),
    });
    await fetch(`${stage.endpoint.url}/${Bucket}/k?${query}`);
    await fetch(`${stage.endpoint.url}/${Bucket}/k`, { headers: { authorization: 'AWS AKIAOTHER:c2ln' } });

    expect(callers).toEqual(['s3 AKIATEST', 's3 AKIAOTHER']);
  });
});
