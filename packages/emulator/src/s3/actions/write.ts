import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { AwsError } from '../../contracts.ts';
import { transaction } from '../../database.ts';
import { readBody } from '../../endpoint/body.ts';
import {
  commitObject,
  header,
  requireBucket,
  requireKey,
  type S3Action,
  type S3Request,
  storedHeaders,
} from '../core.ts';
import { objectArn } from '../permissions.ts';
import { receiveBody } from '../receive.ts';
import type { ObjectRow } from '../store.ts';
import { element, elements, sendXml, textOf } from '../xml.ts';

export const putObject: S3Action = async (call) => {
  const { core, bucket, key, request, response } = call;
  requireBucket(core, bucket);
  requireKey(key);
  const { file, bytes, md5, checksums } = await receiveBody(request, core.files);
  const headers = { ...storedHeaders(request), ...checksums };
  const object = { key, file, bytes, etag: `"${md5}"`, modifiedMs: core.now(), headers };
  commitObject(call, object);
  response.writeHead(200, { etag: object.etag, 'content-length': 0, ...checksums }).end();
};

export const copyObject: S3Action = async (call) => {
  const { core, bucket, key, request, response } = call;
  const source = sourceOf(call);
  requireBucket(core, bucket);
  requireKey(key);
  const file = core.files.newName();
  await copyFile(core.files.path(source.file), core.files.path(file), constants.COPYFILE_FICLONE);
  const replace = header(request, 'x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  const headers = replace ? storedHeaders(request) : source.headers;
  const object = { ...source, key, file, headers, modifiedMs: core.now() };
  commitObject(call, object);
  const modified = element('LastModified', new Date(object.modifiedMs).toISOString());
  sendXml(response, 'CopyObjectResult', `${modified}${element('ETag', object.etag)}`);
};

/** `x-amz-copy-source: /bucket/key`, percent-encoded. */
const sourceOf = ({ core, request }: S3Request): ObjectRow => {
  const text = (header(request, 'x-amz-copy-source') ?? '').replace(/^\//, '');
  if (text.includes('?versionId=')) {
    throw new AwsError('NotImplemented', 'Emulator: S3 has no object versions.', 501);
  }
  const path = decodeURIComponent(text);
  const slash = path.indexOf('/');
  const bucket = path.slice(0, slash);
  requireBucket(core, bucket);
  const object = core.metadata.get(bucket, path.slice(slash + 1));
  if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  return object;
};

export const deleteObject: S3Action = ({ core, bucket, key, response }) => {
  requireBucket(core, bucket);
  const file = core.metadata.delete(bucket, key);
  if (file !== undefined) core.files.release(file);
  response.writeHead(204).end();
};

/** 1,000 keys of 1,024 bytes, each byte escaped, with room for the elements around them. */
const MAX_DELETE_BODY = 8 * 1024 * 1024;

export const deleteObjects: S3Action = async (call) => {
  const { core, bucket, request, response } = call;
  requireBucket(core, bucket);
  const xml = (await readBody(request, MAX_DELETE_BODY)).toString('utf8');
  const keys = elements(xml, 'Object').map((object) => textOf(object, 'Key'));
  if (keys.length === 0 || keys.length > 1000 || keys.includes(undefined)) {
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const deleted: string[] = [];
  const refused: string[] = [];
  const files = transaction(core.db, () =>
    keys.map((key = '') => {
      const refusal = refusalOf(call, key);
      if (refusal !== undefined) {
        refused.push(`<Error>${element('Key', key)}${refusal}</Error>`);
        return undefined;
      }
      deleted.push(`<Deleted>${element('Key', key)}</Deleted>`);
      return core.metadata.delete(bucket, key);
    }),
  );
  for (const file of files) if (file !== undefined) core.files.release(file);
  const quiet = textOf(xml, 'Quiet') === 'true';
  sendXml(response, 'DeleteResult', [...(quiet ? [] : deleted), ...refused].join(''));
};

/** Each key is allowed or refused by itself: what may not be deleted stays, the others go. */
const refusalOf = ({ bucket, permit }: S3Request, key: string): string | undefined => {
  try {
    permit?.({ action: 's3:DeleteObject', resource: objectArn(bucket, key) });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${element('Code', error.code)}${element('Message', error.message)}`;
  }
};
