import type { IncomingMessage } from 'node:http';
import { AwsError } from '../contracts.ts';

/** The whole body of a request. Throws AwsError('RequestEntityTooLarge') past the limit without keeping more. */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // A request without an encoding gives Buffers.
    const piece: Buffer = chunk;
    bytes += piece.length;
    if (bytes > maxBytes) {
      throw new AwsError('RequestEntityTooLarge', `the body exceeds ${maxBytes} bytes`, 413);
    }
    chunks.push(piece);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
};
