import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../contracts.ts';

/** Checksums of a body as it passes: MD5 for the ETag, and the one the client sent, if we know its kind. */
export class BodyDigest {
  bytes = 0;
  readonly #md5 = createHash('md5');
  readonly #sha256 = createHash('sha256');
  readonly #sha1 = createHash('sha1');
  #crc = 0;
  readonly #wanted: ReadonlySet<string>;

  /** `wanted`: names of the checksum headers the client sends, `x-amz-checksum-crc32` … */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  update(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.#md5.update(chunk);
    if (this.#wanted.has('x-amz-checksum-crc32')) this.#crc = crc32(chunk, this.#crc);
    if (this.#wanted.has('x-amz-checksum-sha256')) this.#sha256.update(chunk);
    if (this.#wanted.has('x-amz-checksum-sha1')) this.#sha1.update(chunk);
  }

  /** Ends the digest. `sent`: what the client says, from headers and trailers. Throws BadDigest on a difference. */
  finish(sent: ReadonlyMap<string, string>): { md5: string; checksums: Record<string, string> } {
    const md5 = this.#md5.digest();
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(this.#crc);
    const computed: Record<string, () => string> = {
      'content-md5': () => md5.toString('base64'),
      'x-amz-checksum-crc32': () => crc.toString('base64'),
      'x-amz-checksum-sha256': () => this.#sha256.digest('base64'),
      'x-amz-checksum-sha1': () => this.#sha1.digest('base64'),
    };
    const checksums: Record<string, string> = {};
    for (const [name, value] of sent) {
      const ours = computed[name]?.();
      // crc32c and crc64nvme: not checked, so not given back either.
      if (ours === undefined) continue;
      if (ours !== value) {
        throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
      }
      if (name !== 'content-md5') checksums[name] = ours;
    }
    return { md5: md5.toString('hex'), checksums };
  }
}
