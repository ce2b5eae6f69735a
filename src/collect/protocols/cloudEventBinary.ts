import { parseExactly } from '../../json/exactNumbers.ts';
import type { JsonObject } from '../../json/parse.ts';
import { mediaTypeOf } from '../body.ts';
import { type Rejection, rejection } from '../line.ts';
import type { CollectorRequest } from '../request.ts';
import type { SentEvent } from '../sentEvent.ts';

const PREFIX = 'ce-';

/** Attributes that every CloudEvent has: a request with one of them in a header is one in binary mode. */
const required = ['specversion', 'id', 'source', 'type'];

export const isBinary = ({ headers }: CollectorRequest): boolean =>
  required.some((name) => headers.has(`${PREFIX}${name}`));

const isJsonType = (type: string): boolean => /^(application|text)\/json$|\+json$/.test(type);
const isTextType = (type: string): boolean =>
  /^text\/|^application\/(xml|x-www-form-urlencoded)$|\+xml$/.test(type);

export const isJson = (contentType: unknown): boolean =>
  typeof contentType !== 'string' || isJsonType(mediaTypeOf(contentType));

/** A header's value as the attribute it stands for: without quotes around it, and percent-decoded. */
const decoded = (value: string): string => {
  const quoted = /^"(.*)"$/s.exec(value.trim());
  const text = quoted?.[1]?.replaceAll(/\\(.)/g, '$1') ?? value.trim();
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that was not meant as one
  }
};

const attributesOf = ({ headers }: CollectorRequest): [string, string][] => {
  const told = [...headers].filter(([name]) => name.startsWith(PREFIX));
  const type = headers.get('content-type');
  return [
    ...told.map(([name, value]): [string, string] => [name.slice(PREFIX.length), decoded(value)]),
    ...(type === undefined ? [] : [['datacontenttype', type] satisfies [string, string]]),
  ];
};

interface Data {
  /** the member of the event that holds it */
  member?: readonly [name: 'data' | 'data_base64', value: unknown];
  flaw?: Rejection;
}

const inBase64 = (body: Buffer): Data => ({ member: ['data_base64', body.toString('base64')] });

const notUtf8 = rejection(
  'invalid_unicode',
  'the data of the CloudEvent is not UTF-8: raw holds it in base64',
);

const ofText = (text: string, type: string | undefined): Data => {
  if (!isJson(type)) return { member: ['data', text] };
  const parsed = parseExactly(text);
  if (parsed !== undefined) return { member: ['data', parsed.value] };
  const flaw = rejection('invalid_json', 'the data of the CloudEvent must be JSON, as its content type says');
  return { member: ['data', text], ...(type === undefined ? {} : { flaw }) };
};

/** Bytes are data as they came: what looks like a byte order mark or like gzip is the sender's. */
const asItCame = ({ headers, body: came }: CollectorRequest, body: string | Buffer): Buffer =>
  headers.has('content-encoding') || typeof came === 'string' ? Buffer.from(body) : Buffer.from(came);

const dataOf = (request: CollectorRequest, body: string | Buffer): Data => {
  const type = request.headers.get('content-type');
  if (body.length === 0) return {};
  if (type !== undefined && !isJson(type) && !isTextType(mediaTypeOf(type)))
    return inBase64(asItCame(request, body));
  if (typeof body === 'string') return ofText(body, type);
  return type === undefined ? inBase64(body) : { ...inBase64(body), flaw: notUtf8 };
};

/** As JSON. Data that was JSON is as it was sent: written anew it could be too deep for the stack. */
const textOf = (attributes: JsonObject, { member, flaw }: Data, body: string | Buffer): string => {
  if (member === undefined) return JSON.stringify(attributes);
  const [name, value] = member;
  const data =
    typeof value === 'string' || flaw !== undefined ? JSON.stringify(value) : body.toString().trim();
  return `${JSON.stringify(attributes).slice(0, -1)},"${name}":${data}}`;
};

/**
 * A CloudEvent in binary mode, in the form of the other modes: its attributes are in the headers (`ce-id`), its data is
 * the body. So quarantine has the whole event, and not only its data.
 */
export const binaryEvent = (request: CollectorRequest, body: string | Buffer): SentEvent => {
  const data = dataOf(request, body);
  const attributes: JsonObject = Object.fromEntries(attributesOf(request));
  const value = data.member === undefined ? attributes : { ...attributes, [data.member[0]]: data.member[1] };
  const flaw = data.flaw === undefined ? {} : { flaw: data.flaw };
  return { ...flaw, value, wellFormed: false, text: () => textOf(attributes, data, body) };
};
