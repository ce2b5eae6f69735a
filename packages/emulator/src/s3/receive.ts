import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../contracts.ts';
import { decodeAwsChunked } from './awsChunked.ts';
import { BodyDigest } from './checksum.ts';
import type { Files } from './files.ts';

/** What stands in a file after a body was received. */
export interface Received {
  file: string;
  bytes: number;
  /** hex */
  md5: string;
  /** checksum headers to give back with the object */
  checksums: Record<string, string>;
}

/** As S3: of one PUT. */
const MAX_BODY_BYTES = 5 * 1024 ** 3;

/** Bodies up to this are written in one go; larger ones pass through in pieces. */
const IN_MEMORY_BYTES = 1024 * 1024;

/** Receives a request's body into a new file. On any failure nothing of it remains. */
export const receiveBody = async (request: IncomingMessage, files: Files): Promise<Received> => {
  const trailers = new Map<string, string>();
  const body = isFramed(request)
    ? decodeAwsChunked(request, { signed: isSigned(request), trailers })
    : request;
  const sent = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if ((name === 'content-md5' || name.startsWith('x-amz-checksum-')) && typeof value === 'string') {
      sent.set(name, value);
    }
  }
  const announced = String(request.headers['x-amz-trailer'] ?? '').toLowerCase();
  const digest = new BodyDigest(new Set([...sent.keys(), ...announced.split(',').map((n) => n.trim())]));
  const file = files.newName();
  try {
    await writeBody(body, digest, files.path(file));
    checkLength(request, digest.bytes);
    const received = digest.finish(new Map([...sent, ...trailers]));
    return { file, bytes: digest.bytes, ...received };
  } catch (error) {
    files.removeNow(file);
    throw error;
  }
};

/**
 * Whether the body comes in chunks with a size each. `content-encoding: aws-chunked` says so, and so does the hash of
 * the payload: the SDK for Java 1 and S3A send that one alone.
 */
const isFramed = ({ headers }: IncomingMessage): boolean =>
  String(headers['content-encoding'] ?? '').includes('aws-chunked') ||
  String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');

/** `STREAMING-AWS4-…`, with a trailer or without: every chunk is signed. `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: none. */
const isSigned = ({ headers }: IncomingMessage): boolean =>
  String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-AWS4-');

const checkLength = (request: IncomingMessage, bytes: number): void => {
  const announced = request.headers['x-amz-decoded-content-length'];
  if (announced === undefined || Number(announced) === bytes) return;
  throw new AwsError(
    'IncompleteBody',
    `You did not provide the number of bytes specified by x-amz-decoded-content-length: ${announced}, but ${bytes}.`,
  );
};

const writeBody = async (body: AsyncIterable<Buffer>, digest: BodyDigest, path: string): Promise<void> => {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    for await (const chunk of body) {
      digest.update(chunk);
      if (digest.bytes > MAX_BODY_BYTES) {
        throw new AwsError(
          'EntityTooLarge',
          'Your proposed upload exceeds the maximum allowed size of 5 GiB.',
        );
      }
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes > IN_MEMORY_BYTES) {
        handle ??= await open(path, 'wx');
        await handle.writev(held);
        held = [];
        heldBytes = 0;
      }
    }
    if (handle === undefined) writeFileSync(path, Buffer.concat(held), { flag: 'wx' });
    else if (held.length > 0) await handle.writev(held);
  } finally {
    await handle?.close();
  }
};
