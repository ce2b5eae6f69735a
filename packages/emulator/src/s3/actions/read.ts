import { createReadStream, openSync, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../contracts.ts';
import { isNotModified } from '../conditions.ts';
import { header, requireObject, type S3Action, type S3Request } from '../core.ts';
import type { ObjectRow } from '../store.ts';
import { sendXml } from '../xml.ts';

/** Objects up to this are answered from memory: it saves the cost of a stream. */
const WHOLE_BYTES = 256 * 1024;

export const getObject: S3Action = async (call) => {
  const object = requireObject(call.core, call.bucket, call.key);
  const { response } = call;
  if (isNotModified(call.request, object)) {
    response.writeHead(304, { etag: object.etag }).end();
    return;
  }
  const range = rangeOf(call, object);
  const { start, end } = range ?? { start: 0, end: object.bytes - 1 };
  const path = call.core.files.path(object.file);
  response.writeHead(range === undefined ? 200 : 206, responseHeaders(call, object, range));
  if (object.bytes === 0 || end < start) {
    response.end();
  } else if (object.bytes <= WHOLE_BYTES) {
    response.end(readFileSync(path).subarray(start, end + 1));
  } else {
    // Opened here and now: the object may be replaced while it is on its way.
    await pipeline(createReadStream('', { fd: openSync(path, 'r'), start, end }), response);
  }
};

export const headObject: S3Action = (call) => {
  const object = requireObject(call.core, call.bucket, call.key);
  if (isNotModified(call.request, object)) {
    call.response.writeHead(304, { etag: object.etag }).end();
    return;
  }
  const range = rangeOf(call, object);
  call.response.writeHead(range === undefined ? 200 : 206, responseHeaders(call, object, range)).end();
};

/** Nothing can be tagged here, so nothing is: the aws CLI asks before it copies in parts. */
export const getObjectTagging: S3Action = ({ core, bucket, key, response }) => {
  requireObject(core, bucket, key);
  sendXml(response, 'Tagging', '<TagSet></TagSet>');
};

interface Range {
  start: number;
  end: number;
}

/** One range of bytes; a header that is none is ignored, as HTTP says. */
const rangeOf = ({ request }: S3Request, object: ObjectRow): Range | undefined => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header(request, 'range') ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, object.bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? object.bytes - 1 : Math.min(Number(last), object.bytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= object.bytes) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  }
  return { start, end };
};

/** `response-content-type` and its kin: presigned links say how a browser shall take the object. */
const overrides = [
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
];

const responseHeaders = (
  { query, request }: S3Request,
  object: ObjectRow,
  range: Range | undefined,
): Record<string, string | number> => {
  const headers: Record<string, string | number> = {
    'accept-ranges': 'bytes',
    etag: object.etag,
    'last-modified': new Date(object.modifiedMs).toUTCString(),
    'content-length': range === undefined ? object.bytes : range.end - range.start + 1,
  };
  const checksums =
    range === undefined && header(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  for (const [name, value] of Object.entries(object.headers)) {
    if (checksums || !name.startsWith('x-amz-checksum-')) headers[name] = value;
  }
  for (const name of overrides) {
    const value = query.get(`response-${name}`);
    if (value !== null) headers[name] = value;
  }
  if (range !== undefined) headers['content-range'] = `bytes ${range.start}-${range.end}/${object.bytes}`;
  return headers;
};
