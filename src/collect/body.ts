import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { encodingGuess, looksLikeUtf16 } from '../json/encoding.ts';
import { MAX_BODY_BYTES, MAX_OPENERS, MAX_TEXT_BYTES } from './limits.ts';
import { type CollectorRequest, type Problem, problem } from './request.ts';

const encodings = new Set(['', 'identity', 'gzip', 'x-gzip']);

const jsonTypes =
  /^(application\/(json|x-ndjson|ndjson|jsonl|x-jsonlines|x-www-form-urlencoded|octet-stream|gzip|x-gzip|[^;]+\+json)|text\/(plain|json))$/;
const lineTypes = /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines)$/;

/** `application/json` of `Application/JSON; charset=utf-8`. */
export const mediaTypeOf = (contentType: string): string =>
  contentType.split(';', 1).join('').trim().toLowerCase();

export const typeOf = (request: CollectorRequest): string =>
  mediaTypeOf(request.headers.get('content-type') ?? '');

export const saysLines = (request: CollectorRequest): boolean => lineTypes.test(typeOf(request));

/** The answer to a body that is not UTF-8, which protocols that know lines read line by line. */
export const notUtf8 = (bytes: Uint8Array): Problem =>
  problem(
    400,
    'invalid_encoding',
    `The body is not UTF-8. It may be ${encodingGuess(bytes)}: convert it to UTF-8.`,
  );

/** The answer to a body that is not JSON: 415 if its content type never promised any. */
export const notJson = (request: CollectorRequest, found: Problem, text: string): Problem => {
  if (found.code === 'invalid_json' && looksLikeUtf16(text)) return notUtf8(Buffer.from(text));
  const type = typeOf(request);
  if (found.code !== 'invalid_json' || type === '' || jsonTypes.test(type)) return found;
  return problem(415, 'unsupported_media_type', 'Send events as application/json or application/x-ndjson.');
};

// gzip's first bytes, which no JSON text starts with: some senders zip without saying so, some proxies unzip and
// leave the header standing.
const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b;

const inflate = (body: Uint8Array): Uint8Array | Problem => {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_TEXT_BYTES });
  } catch (error) {
    if (
      typeof error === 'object' &&
      error !== null &&
      'code' in error &&
      error.code === 'ERR_BUFFER_TOO_LARGE'
    ) {
      return problem(413, 'body_too_large', `The unzipped body is larger than ${MAX_TEXT_BYTES} bytes.`);
    }
    return problem(400, 'invalid_encoding', 'The body is cut off or damaged: it cannot be unzipped.');
  }
};

const opensTooMuch = (text: string): boolean => {
  // A text that is shorter cannot: most are, and are not searched.
  if (text.length <= MAX_OPENERS) return false;
  let opened = 0;
  for (const opener of ['{', '[']) {
    for (let at = text.indexOf(opener); at !== -1 && opened <= MAX_OPENERS; at = text.indexOf(opener, at + 1))
      opened += 1;
  }
  return opened > MAX_OPENERS;
};

const isLongerThan = (body: string | Uint8Array, bytes: number): boolean =>
  // No character of UTF-16 is more than three bytes of UTF-8: most texts need not be counted.
  typeof body === 'string' ? body.length * 3 > bytes && Buffer.byteLength(body) > bytes : body.length > bytes;

/** The bytes of a body, unzipped by what it is rather than by what its headers say. */
const unzipped = (bytes: Uint8Array): Uint8Array | Problem => (isGzip(bytes) ? inflate(bytes) : bytes);

/** The same text as bytes of UTF-8 would give: without its byte order mark, and Unicode. */
const asDecoded = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text).toWellFormed();

/** What stands for bytes that are not UTF-8 in a text that was made of them. */
const REPLACEMENT = '\ufffd';

/** gzip's first bytes as such a text: a control character that no JSON text starts with, and what is not UTF-8. */
const DAMAGED_GZIP = `\u001f${REPLACEMENT}`;

const damagedZip = problem(
  415,
  'damaged_body',
  'The zipped body was damaged on its way: API Gateway hands a body over as text where the content type is application/json or text. Send it with content-type application/x-ndjson or application/octet-stream, or unzipped.',
);

/**
 * Whether bytes of a text were replaced on its way, because they are not UTF-8: it is longer then than what the sender
 * said. A replacement character that was sent as such is as long as it was.
 */
const wasReplaced = (text: string, contentLength = ''): boolean =>
  /^\d+$/.test(contentLength) &&
  text.includes(REPLACEMENT) &&
  Number(contentLength) !== Buffer.byteLength(text);

/** A body as protocols read it: as text, or as bytes where it is not UTF-8. */
export type Body = { text: string; replaced: boolean } | { bytes: Buffer };

const fromText = (text: string, headers: CollectorRequest['headers']): Body | Problem => {
  if (text.startsWith(DAMAGED_GZIP)) return damagedZip;
  return { text: asDecoded(text), replaced: wasReplaced(text, headers.get('content-length')) };
};

const fromBytes = (body: Uint8Array): Body | Problem => {
  const bytes = unzipped(body);
  if ('code' in bytes) return bytes;
  if (isGzip(bytes)) return problem(400, 'invalid_encoding', 'The body is gzip within gzip: zip it once.');
  if (!isUtf8(bytes)) return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  return { text: new TextDecoder('utf-8').decode(bytes), replaced: false };
};

/** The text of a body, or its bytes where they are not text. */
export const bodyOf = ({ headers, body }: CollectorRequest): Body | Problem => {
  const encoding = (headers.get('content-encoding') ?? '').trim().toLowerCase();
  if (!encodings.has(encoding)) {
    return problem(415, 'unsupported_encoding', 'The only content encoding taken is gzip.');
  }
  if (isLongerThan(body, MAX_BODY_BYTES)) {
    return problem(413, 'body_too_large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  const read = typeof body === 'string' ? fromText(body, headers) : fromBytes(body);
  if ('code' in read) return read;
  if (opensTooMuch('text' in read ? read.text : read.bytes.toString('latin1'))) {
    return problem(413, 'too_many_values', `The request has more than ${MAX_OPENERS} braces and brackets.`);
  }
  return read;
};
