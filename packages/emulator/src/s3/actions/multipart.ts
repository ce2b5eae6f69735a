import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../contracts.ts';
import { transaction } from '../../database.ts';
import { readBody } from '../../endpoint/body.ts';
import {
  bare,
  commitObject,
  requireBucket,
  requireKey,
  type S3Action,
  type S3Request,
  storedHeaders,
} from '../core.ts';
import { receiveBody } from '../receive.ts';
import type { Part } from '../uploads.ts';
import { element, elements, sendXml, textOf } from '../xml.ts';

/** All parts but the last must have at least this, as in S3. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

/** 10,000 parts, each with its checksums. */
const MAX_COMPLETE_BODY = 8 * 1024 * 1024;

export const createMultipartUpload: S3Action = ({ core, bucket, key, query, request, response }) => {
  requireBucket(core, bucket);
  requireKey(key);
  const id = randomUUID().replaceAll('-', '');
  core.uploads.create({ id, bucket, key, createdMs: core.now(), headers: storedHeaders({ request, query }) });
  const names = `${element('Bucket', bucket)}${element('Key', key)}${element('UploadId', id)}`;
  sendXml(response, 'InitiateMultipartUploadResult', names);
};

export const uploadOf = ({ core, bucket, key, query }: S3Request) =>
  core.uploads.get(query.get('uploadId') ?? '', bucket, key);

export const partNumberOf = ({ query }: S3Request): number => {
  const number = Number(query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
};

/** Makes a file a part of the upload, which may have been aborted while the bytes came in. Answers when that was. */
export const storePart = (call: S3Request, part: Omit<Part, 'modifiedMs'>): number => {
  const { core } = call;
  const { id } = uploadOf(call);
  const modifiedMs = core.now();
  const replaced = core.uploads.putPart(id, { ...part, modifiedMs });
  if (replaced !== undefined) core.files.release(replaced);
  return modifiedMs;
};

export const uploadPart: S3Action = async (call) => {
  const { core, request, response } = call;
  uploadOf(call);
  const number = partNumberOf(call);
  const { file, bytes, md5, checksums } = await receiveBody(request, core.files);
  try {
    storePart(call, { number, file, bytes, md5 });
  } catch (error) {
    core.files.removeNow(file);
    throw error;
  }
  response.writeHead(200, { etag: `"${md5}"`, 'content-length': 0, ...checksums }).end();
};

export const completeMultipartUpload: S3Action = async (call) => {
  const { core, bucket, key, request, response } = call;
  const upload = uploadOf(call);
  const xml = (await readBody(request, MAX_COMPLETE_BODY)).toString('utf8');
  const all = core.uploads.parts(upload.id);
  const parts = chosenParts(xml, all);
  const file = core.files.newName();
  await joinFiles(
    parts.map((part) => core.files.path(part.file)),
    core.files.path(file),
  );
  const digest = createHash('md5');
  for (const part of parts) digest.update(part.md5, 'hex');
  const etag = `"${digest.digest('hex')}-${parts.length}"`;
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const object = { key, file, bytes, etag, modifiedMs: core.now(), headers: upload.headers };
  transaction(core.db, () => {
    commitObject(call, object);
    core.uploads.delete(upload.id);
  });
  for (const part of all) core.files.release(part.file);
  const result = [
    element('Location', `/${bucket}/${key}`),
    element('Bucket', bucket),
    element('Key', key),
    element('ETag', etag),
  ];
  sendXml(response, 'CompleteMultipartUploadResult', result.join(''));
};

/** The parts the body names, which must be there as it says; S3 checks their order before anything else. */
const chosenParts = (xml: string, known: readonly Part[]): Part[] => {
  const listed = elements(xml, 'Part').map((entry) => ({
    number: Number(textOf(entry, 'PartNumber')),
    md5: bare(textOf(entry, 'ETag') ?? ''),
  }));
  if (listed.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
  if (listed.some((entry, index) => index > 0 && entry.number <= (listed[index - 1]?.number ?? 0))) {
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  return listed.map(({ number, md5 }, index) => {
    const part = known.find((candidate) => candidate.number === number);
    if (part === undefined || part.md5 !== md5) {
      throw new AwsError('InvalidPart', `One or more of the specified parts could not be found: ${number}.`);
    }
    if (index < listed.length - 1 && part.bytes < MIN_PART_BYTES) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return part;
  });
};

const joinFiles = async (paths: readonly string[], target: string): Promise<void> => {
  for (const [index, path] of paths.entries()) {
    await pipeline(createReadStream(path), createWriteStream(target, { flags: index === 0 ? 'wx' : 'a' }));
  }
};

export const abortMultipartUpload: S3Action = (call) => {
  const { core, response } = call;
  const { id } = uploadOf(call);
  const parts = core.uploads.parts(id);
  core.uploads.delete(id);
  for (const part of parts) core.files.release(part.file);
  response.writeHead(204).end();
};

export const listParts: S3Action = (call) => {
  const { core, bucket, key, response } = call;
  const { id } = uploadOf(call);
  const parts = core.uploads.parts(id).map((part) => {
    const modified = element('LastModified', new Date(part.modifiedMs).toISOString());
    return `<Part>${element('PartNumber', part.number)}${modified}${element('ETag', `"${part.md5}"`)}${element('Size', part.bytes)}</Part>`;
  });
  const names = `${element('Bucket', bucket)}${element('Key', key)}${element('UploadId', id)}`;
  sendXml(response, 'ListPartsResult', `${names}${element('IsTruncated', false)}${parts.join('')}`);
};

export const listMultipartUploads: S3Action = ({ core, bucket, query, response }) => {
  requireBucket(core, bucket);
  const uploads = core.uploads
    .ofBucket(bucket)
    .filter((upload) => upload.key.startsWith(query.get('prefix') ?? ''));
  const listed = uploads.map((upload) => {
    const initiated = element('Initiated', new Date(upload.createdMs).toISOString());
    return `<Upload>${element('Key', upload.key)}${element('UploadId', upload.id)}${initiated}</Upload>`;
  });
  const head = `${element('Bucket', bucket)}${element('IsTruncated', false)}`;
  sendXml(response, 'ListMultipartUploadsResult', `${head}${listed.join('')}`);
};
