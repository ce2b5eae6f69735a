import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../contracts.ts';
import { isNotModified } from '../conditions.ts';
import {
  commitObject,
  header,
  preconditionFailed,
  requireBucket,
  requireKey,
  requireObject,
  type S3Action,
  type S3Request,
  storedHeaders,
} from '../core.ts';
import type { ObjectRow } from '../store.ts';
import { element, sendXml } from '../xml.ts';
import { partNumberOf, storePart, uploadOf } from './multipart.ts';

export const copyObject: S3Action = async (call) => {
  const { core, bucket, key, request, response } = call;
  const source = sourceOf(call);
  requireBucket(core, bucket);
  requireKey(key);
  const replace = header(request, 'x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  if (source.bucket === bucket && source.object.key === key && !replace) refuseNoChange(call);
  const file = core.files.newName();
  await copyFile(core.files.path(source.object.file), core.files.path(file), constants.COPYFILE_FICLONE);
  const headers = replace ? storedHeaders(call) : source.object.headers;
  const object = { ...source.object, key, file, headers, modifiedMs: core.now() };
  commitObject(call, object);
  sendXml(response, 'CopyObjectResult', copied(object.modifiedMs, object.etag));
};

/** What a copy of an object onto itself may be for besides new metadata. It has no effect here. */
const changing = ['x-amz-storage-class', 'x-amz-server-side-encryption', 'x-amz-website-redirect-location'];

const refuseNoChange = ({ request }: S3Request): void => {
  if (changing.some((name) => header(request, name) !== undefined)) return;
  throw new AwsError(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
};

/** UploadPartCopy: a part of an upload whose bytes are those of an object, or a range of them. */
export const uploadPartCopy: S3Action = async (call) => {
  const { core, response } = call;
  uploadOf(call);
  const number = partNumberOf(call);
  const { object: source } = sourceOf(call);
  const range = rangeOf(call, source);
  const file = core.files.newName();
  try {
    const md5 = await copyRange(core.files.path(source.file), core.files.path(file), range);
    const bytes = range.end - range.start + 1;
    const modifiedMs = storePart(call, { number, file, bytes, md5 });
    sendXml(response, 'CopyPartResult', copied(modifiedMs, `"${md5}"`));
  } catch (error) {
    core.files.removeNow(file);
    throw error;
  }
};

const copied = (modifiedMs: number, etag: string): string =>
  `${element('LastModified', new Date(modifiedMs).toISOString())}${element('ETag', etag)}`;

/** The MD5 of what was copied, as hex. */
const copyRange = async (from: string, to: string, { start, end }: Range): Promise<string> => {
  const digest = createHash('md5');
  if (end < start) await writeFile(to, '', { flag: 'wx' });
  else {
    const hashed = new Transform({
      transform(chunk, _, done) {
        digest.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(createReadStream(from, { start, end }), hashed, createWriteStream(to, { flags: 'wx' }));
  }
  return digest.digest('hex');
};

interface Range {
  start: number;
  /** inclusive */
  end: number;
}

/** `x-amz-copy-source-range: bytes=first-last`, both of them, within the source. */
const rangeOf = ({ request }: S3Request, { bytes }: ObjectRow): Range => {
  const text = header(request, 'x-amz-copy-source-range');
  if (text === undefined) return { start: 0, end: bytes - 1 };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(text) ?? [];
  const range = { start: Number(first), end: Number(last) };
  if (first === undefined || range.end < range.start) {
    throw new AwsError(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    );
  }
  if (range.end < bytes) return range;
  throw new AwsError('InvalidArgument', `Range specified is not valid for source object of size: ${bytes}`);
};

/** `x-amz-copy-source: /bucket/key`, percent-encoded, if it is as the request wants it to be. */
const sourceOf = ({ core, request }: S3Request): { bucket: string; object: ObjectRow } => {
  const text = (header(request, 'x-amz-copy-source') ?? '').replace(/^\//, '');
  if (text.includes('?versionId=')) {
    throw new AwsError('NotImplemented', 'Emulator: S3 has no object versions.', 501);
  }
  const path = decodeURIComponent(text);
  const slash = path.indexOf('/');
  const bucket = path.slice(0, slash);
  const object = requireObject(core, bucket, path.slice(slash + 1));
  if (isNotModified(request, object, 'x-amz-copy-source-')) throw preconditionFailed();
  return { bucket, object };
};
