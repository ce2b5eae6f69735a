import { AwsError } from '../../contracts.ts';
import { requireBucket, type S3Action, type S3Request } from '../core.ts';
import { listPage, type Page } from '../listing.ts';
import type { ListedObject } from '../store.ts';
import { element, sendXml } from '../xml.ts';

/** S3 never lists more at once, whatever is asked for. */
const MAX_KEYS = 1000;

const maxKeysOf = (query: URLSearchParams): number => {
  const text = query.get('max-keys') ?? String(MAX_KEYS);
  if (!/^\d{1,9}$/.test(text)) {
    throw new AwsError('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  }
  return Math.min(MAX_KEYS, Number(text));
};

const token = {
  write: (last: string): string => Buffer.from(last).toString('base64'),
  read: (text: string): string => Buffer.from(text, 'base64').toString('utf8'),
};

export const listObjectsV2: S3Action = (call) => {
  const { query } = call;
  const continuation = query.get('continuation-token');
  const after = continuation === null ? (query.get('start-after') ?? '') : token.read(continuation);
  const { page, common } = list(call, after);
  const count = page.objects.length + page.commonPrefixes.length;
  const parts = [element('KeyCount', count), ...common];
  if (continuation !== null) parts.push(element('ContinuationToken', continuation));
  if (query.get('start-after') !== null)
    parts.push(element('StartAfter', encoder(query)(query.get('start-after') ?? '')));
  if (page.last !== undefined) parts.push(element('NextContinuationToken', token.write(page.last)));
  sendXml(call.response, 'ListBucketResult', parts.join(''));
};

export const listObjectsV1: S3Action = (call) => {
  const { query } = call;
  const marker = query.get('marker') ?? '';
  const { page, common } = list(call, marker);
  const parts = [element('Marker', encoder(query)(marker)), ...common];
  if (page.last !== undefined) parts.push(element('NextMarker', encoder(query)(page.last)));
  sendXml(call.response, 'ListBucketResult', parts.join(''));
};

/** With encoding-type=url clients get keys percent-encoded: XML cannot hold every character. */
const encoder = (query: URLSearchParams): ((text: string) => string) =>
  query.get('encoding-type') === 'url'
    ? (text) => encodeURIComponent(text).replaceAll('%2F', '/')
    : (text) => text;

const list = (call: S3Request, after: string): { page: Page; common: string[] } => {
  const { core, bucket, query } = call;
  requireBucket(core, bucket);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = maxKeysOf(query);
  const page = listPage(core.metadata, bucket, { prefix, delimiter, after, maxKeys });
  const encode = encoder(query);
  const common = [
    element('Name', bucket),
    element('Prefix', encode(prefix)),
    element('MaxKeys', maxKeys),
    element('IsTruncated', page.last !== undefined),
    ...(delimiter === '' ? [] : [element('Delimiter', encode(delimiter))]),
    ...(query.get('encoding-type') === 'url' ? [element('EncodingType', 'url')] : []),
    ...page.objects.map((object) => contents(object, encode)),
    ...page.commonPrefixes.map(
      (group) => `<CommonPrefixes>${element('Prefix', encode(group))}</CommonPrefixes>`,
    ),
  ];
  return { page, common };
};

const contents = (object: ListedObject, encode: (text: string) => string): string =>
  `<Contents>${[
    element('Key', encode(object.key)),
    element('LastModified', new Date(object.modifiedMs).toISOString()),
    element('ETag', object.etag),
    element('Size', object.bytes),
    element('StorageClass', 'STANDARD'),
  ].join('')}</Contents>`;
