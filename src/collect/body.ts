import { gunzipSync } from 'node:zlib';
import { MAX_BODY_BYTES, MAX_OPENERS, MAX_TEXT_BYTES } from './limits.ts';
import { type CollectorRequest, type Problem, problem } from './request.ts';

const encodings = new Set(['', 'identity', 'gzip', 'x-gzip']);

const jsonTypes =
  /^(application\/(json|x-ndjson|ndjson|jsonl|x-jsonlines|x-www-form-urlencoded|octet-stream|gzip|x-gzip|[^;]+\+json)|text\/(plain|json))$/;
const lineTypes = /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines)$/;

const typeOf = (request: CollectorRequest): string =>
  (request.headers.get('content-type') ?? '').split(';', 1).join('').trim().toLowerCase();

export const saysLines = (request: CollectorRequest): boolean => lineTypes.test(typeOf(request));

/** The answer to a body that is not JSON: 415 if its content type never promised any. */
export const notJson = (request: CollectorRequest, found: Problem): Problem => {
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

const decoded = (bytes: Uint8Array): string | Problem => {
  const unzipped = isGzip(bytes) ? inflate(bytes) : bytes;
  if ('code' in unzipped) return unzipped;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(unzipped);
  } catch {
    return problem(400, 'invalid_encoding', 'The body is not UTF-8.');
  }
};

/** The same text as bytes of UTF-8 would give: without its byte order mark, and Unicode. */
const asDecoded = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text).toWellFormed();

/** The text of a body, unzipped by what it is rather than by what its headers say. */
export const textOf = ({ headers, body }: CollectorRequest): { text: string } | Problem => {
  const encoding = (headers.get('content-encoding') ?? '').trim().toLowerCase();
  if (!encodings.has(encoding)) {
    return problem(415, 'unsupported_encoding', 'The only content encoding taken is gzip.');
  }
  if (isLongerThan(body, MAX_BODY_BYTES)) {
    return problem(413, 'body_too_large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  const text = typeof body === 'string' ? asDecoded(body) : decoded(body);
  if (typeof text !== 'string') return text;
  if (opensTooMuch(text)) {
    return problem(413, 'too_many_values', `The request has more than ${MAX_OPENERS} braces and brackets.`);
  }
  return { text };
};
