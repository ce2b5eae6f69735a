import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { onceServices } from '../endpoint/fixture.ts';

const Bucket = 'lake';
const stage = onceServices(({ s3 }) => s3.send(new CreateBucketCommand({ Bucket })));
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'none' };

let client: S3Client;
/** What the client of this file would have sent last. */
let request: Parameters<SignatureV4['presign']>[0] | undefined;

beforeAll(() => {
  client = new S3Client({ endpoint: stage.endpoint.url, region: 'us-east-1', credentials });
  // As getSignedUrl of @aws-sdk/s3-request-presigner: the request is built by the client, and never sent.
  client.middlewareStack.add(
    () => async (args) => {
      request = args.request as typeof request; // the client's own type of a request
      throw new Error('not sent');
    },
    { step: 'build', priority: 'low' },
  );
});

afterAll(() => client.destroy());

/** The URL that getSignedUrl gives, with all of its defaults. */
const signedUrl = async (command: GetObjectCommand | PutObjectCommand): Promise<URL> => {
  // The union has no send() of its own.
  await client.send(command as PutObjectCommand).catch(() => {});
  if (request === undefined) throw new Error('the client has built no request');
  const { headers, ...rest } = request;
  const amz = Object.entries(headers).filter(([name]) => name === 'host' || name.startsWith('x-amz-'));
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials,
    sha256: Sha256,
  });
  const { protocol, hostname, port, path, query } = await signer.presign(
    { ...rest, headers: { ...Object.fromEntries(amz), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    { expiresIn: 900, unsignableHeaders: new Set(['content-type']) },
  );
  const parameters = new URLSearchParams(query as Record<string, string>);
  return new URL(`${protocol}//${hostname}:${port}${path}?${parameters}`);
};

describe('a URL of getSignedUrl', () => {
  test('takes a body, though the checksum in it is that of no body: AWS does not look at it there', async () => {
    const url = await signedUrl(new PutObjectCommand({ Bucket, Key: 'a b/한', Metadata: { rows: '12' } }));
    expect(url.searchParams.get('x-amz-checksum-crc32')).toBe('AAAAAA==');

    const answer = await fetch(url, { method: 'PUT', body: 'text', headers: { 'content-type': 'text/csv' } });

    expect([answer.status, await answer.text()]).toEqual([200, '']);
    const head = await stage.s3.send(
      new HeadObjectCommand({ Bucket, Key: 'a b/한', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({ ContentLength: 4, ContentType: 'text/csv', Metadata: { rows: '12' } });
    expect(head.ChecksumCRC32).toBeUndefined();
  });

  test('reads it, whole and in ranges, and says how a browser shall take it', async () => {
    const url = await signedUrl(
      new GetObjectCommand({ Bucket, Key: 'a b/한', ResponseContentDisposition: 'attachment' }),
    );
    expect(url.searchParams.get('x-amz-checksum-mode')).toBe('ENABLED');

    const whole = await fetch(url);
    const part = await fetch(url, { headers: { range: 'bytes=1-2' } });

    expect([await whole.text(), whole.headers.get('content-disposition')]).toEqual(['text', 'attachment']);
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'ex',
      'bytes 1-2/4',
    ]);
  });

  test('of a key that is not there is 404, with the error in XML', async () => {
    const answer = await fetch(await signedUrl(new GetObjectCommand({ Bucket, Key: 'none' })));

    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('<Code>NoSuchKey')]);
  });
});
