import type { Chunks } from './peek.ts';

/** What is not zstd from its first byte to its last. */
export class BrokenFrames extends Error {
  override readonly name = 'BrokenFrames';
}

const FRAME = 0xfd2fb528;
/** Frames that hold no data: sizes, indexes of tools. The last four bits are anybody's. */
const isSkippable = (magic: number): boolean => magic >>> 4 === 0x184d2a5;

/** Bytes that are asked for in the sizes that a format is made of. */
class ByteReader {
  readonly #iterator: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);

  constructor(chunks: Chunks) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** False at the end of the input. */
  async more(): Promise<boolean> {
    while (this.#left.length === 0) {
      const next = await this.#iterator.next();
      if (next.done) return false;
      this.#left = next.value;
    }
    return true;
  }

  /** Exactly so many bytes, in pieces as they come. */
  async *take(size: number): AsyncGenerator<Buffer> {
    for (let missing = size; missing > 0; ) {
      if (!(await this.more())) throw new BrokenFrames('the file ends inside a frame of zstd');
      const piece = this.#left.subarray(0, missing);
      this.#left = this.#left.subarray(piece.length);
      missing -= piece.length;
      yield piece;
    }
  }

  async bytes(size: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.take(size)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** Bytes of the header after its first one, which says what is in it. */
const headerBytes = (descriptor: number): number => {
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const size = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  return (single ? 0 : 1) + dictionary + size;
};

const RLE = 1;

async function* frame(reader: ByteReader, magic: Buffer): AsyncGenerator<Buffer> {
  const first = await reader.bytes(1);
  const descriptor = first[0] ?? 0;
  yield Buffer.concat([magic, first, await reader.bytes(headerBytes(descriptor))]);
  for (let last = false; !last; ) {
    const header = await reader.bytes(3);
    const block = header.readUIntLE(0, 3);
    last = (block & 1) === 1;
    yield header;
    yield* reader.take(((block >>> 1) & 3) === RLE ? 1 : block >>> 3);
  }
  if ((descriptor & 4) !== 0) yield await reader.bytes(4);
}

/**
 * The frames of a zstd file (RFC 8878), each by itself: Node's decoder stops after the first one and says nothing of the
 * rest, and files that were compressed in parallel or put together have many.
 */
export async function* zstdFrames(chunks: Chunks): AsyncGenerator<Chunks> {
  const reader = new ByteReader(chunks);
  try {
    while (await reader.more()) {
      const magic = await reader.bytes(4);
      const number = magic.readUInt32LE(0);
      if (number === FRAME) yield frame(reader, magic);
      else if (isSkippable(number))
        for await (const _ of reader.take((await reader.bytes(4)).readUInt32LE(0)));
      else throw new BrokenFrames('what follows a frame of zstd is something else');
    }
  } finally {
    await reader.close();
  }
}
