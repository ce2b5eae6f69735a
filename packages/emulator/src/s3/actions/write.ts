import { AwsError } from '../../contracts.ts';
import { transaction } from '../../database.ts';
import { readBody } from '../../endpoint/body.ts';
import {
  commitObject,
  requireBucket,
  requireKey,
  type S3Action,
  type S3Request,
  storedHeaders,
} from '../core.ts';
import { objectArn } from '../permissions.ts';
import { receiveBody } from '../receive.ts';
import { element, elements, sendXml, textOf } from '../xml.ts';

export const putObject: S3Action = async (call) => {
  const { core, bucket, key, request, response } = call;
  requireBucket(core, bucket);
  requireKey(key);
  const { file, bytes, md5, checksums } = await receiveBody(request, core.files);
  const headers = { ...storedHeaders(call), ...checksums };
  const object = { key, file, bytes, etag: `"${md5}"`, modifiedMs: core.now(), headers };
  commitObject(call, object);
  response.writeHead(200, { etag: object.etag, 'content-length': 0, ...checksums }).end();
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
