import { AwsError } from '../contracts.ts';

const CRLF = Buffer.from('\r\n');

interface Framing {
  /** Each chunk has a signature: `<size in hex>;chunk-signature=<64 digits>`. It is not checked, only that it is there. */
  signed: boolean;
  /** is filled with what follows the last chunk (checksums), names in lower case */
  trailers: Map<string, string>;
}

/**
 * Takes the framing of `content-encoding: aws-chunked` off a body: `<size in hex>;…\r\n<bytes>\r\n`, a chunk of
 * size 0 at the end, then trailers. Throws AwsError where it is not framed so.
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  { signed, trailers }: Framing,
): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  // Bytes of the current chunk still to come; undefined: a size line is next.
  let remaining: number | undefined;
  let ended = false;
  for await (const piece of body) {
    pending = pending.length === 0 ? piece : Buffer.concat([pending, piece]);
    while (!ended) {
      if (remaining === undefined) {
        const end = pending.indexOf(CRLF);
        if (end < 0) break;
        remaining = sizeOf(pending.subarray(0, end).toString('latin1'), signed);
        pending = pending.subarray(end + CRLF.length);
        ended = remaining === 0;
      } else if (remaining > 0) {
        if (pending.length === 0) break;
        const part = pending.subarray(0, remaining);
        remaining -= part.length;
        pending = pending.subarray(part.length);
        yield part;
      } else {
        if (pending.length < CRLF.length) break;
        if (!pending.subarray(0, CRLF.length).equals(CRLF))
          throw malformed('A chunk is longer than its size says.');
        pending = pending.subarray(CRLF.length);
        remaining = undefined;
      }
    }
  }
  if (!ended) throw new AwsError('IncompleteBody', 'The body ended before its last chunk.');
  for (const line of pending.toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

const sizeOf = (line: string, signed: boolean): number => {
  const [hex = '', extension = ''] = line.split(';');
  if (!/^[0-9a-f]{1,12}$/i.test(hex)) throw malformed('A chunk of the body has no valid size.');
  if (signed && !/^chunk-signature=[0-9a-f]{64,}\**$/i.test(extension)) {
    throw malformed(
      'A chunk of the body has no chunk-signature, though x-amz-content-sha256 announces them.',
    );
  }
  return Number.parseInt(hex, 16);
};

const malformed = (what: string): AwsError => new AwsError('InvalidChunkSizeError', what);
