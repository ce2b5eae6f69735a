import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LakeLine } from './lines.ts';

/** Lines of one hour that lie side by side on the disk. */
interface Segment {
  at: number;
  bytes: number;
  rows: number;
}

/** Lines that become one object. */
export interface Portion {
  kind: LakeLine['kind'];
  partition: string;
  rows: number;
  bytes: number;
  segments: Segment[];
}

interface Limits {
  /** of lines in memory; then they go to the disk */
  buffer: number;
  /** of the lines of one object, which grows by one segment beyond it at most */
  portion: number;
}

const LIMITS: Limits = { buffer: 32 * 1024 * 1024, portion: 64 * 1024 * 1024 };

const portionsOf = (
  kind: LakeLine['kind'],
  partition: string,
  segments: readonly Segment[],
  limit: number,
): Portion[] => {
  const portions: Portion[] = [];
  for (const segment of segments) {
    const last = portions.at(-1);
    if (last !== undefined && last.bytes < limit) {
      last.segments.push(segment);
      last.rows += segment.rows;
      last.bytes += segment.bytes;
    } else portions.push({ kind, partition, rows: segment.rows, bytes: segment.bytes, segments: [segment] });
  }
  return portions;
};

/**
 * Sorts lines by their hour on the disk, in memory that does not grow with them: what comes in any order is to become few, large
 * objects. Cut by the lines alone, so that the same lines always give the same portions.
 */
export class Spill {
  readonly #folder: string;
  readonly #file: FileHandle;
  readonly #limits: Limits;
  #buffered = new Map<string, Buffer[]>();
  #bytes = 0;
  #written = 0;
  #segments = new Map<string, Segment[]>();

  constructor(folder: string, file: FileHandle, limits: Limits) {
    this.#folder = folder;
    this.#file = file;
    this.#limits = limits;
  }

  static async create(limits = LIMITS): Promise<Spill> {
    const folder = await mkdtemp(join(tmpdir(), 'headrace-import-'));
    return new Spill(folder, await open(join(folder, 'lines'), 'w+'), limits);
  }

  /** Bytes of all lines since the last clearing. */
  get bytes(): number {
    return this.#written + this.#bytes;
  }

  async add({ kind, partition, bytes }: LakeLine): Promise<void> {
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#limits.buffer) await this.#flush();
    const key = `${kind} ${partition}`;
    const lines = this.#buffered.get(key);
    if (lines === undefined) this.#buffered.set(key, [bytes]);
    else lines.push(bytes);
    this.#bytes += bytes.length;
  }

  async #flush(): Promise<void> {
    const all: Buffer[] = [];
    for (const [key, lines] of this.#buffered) {
      const bytes = lines.reduce((sum, { length }) => sum + length, 0);
      const segments = this.#segments.get(key) ?? [];
      segments.push({ at: this.#written, bytes, rows: lines.length });
      this.#segments.set(key, segments);
      this.#written += bytes;
      all.push(...lines);
    }
    if (all.length > 0)
      await this.#file.write(Buffer.concat(all), 0, this.#bytes, this.#written - this.#bytes);
    this.#buffered = new Map();
    this.#bytes = 0;
  }

  /** What the lines become: quarantine first, then hour by hour. */
  async portions(): Promise<Portion[]> {
    await this.#flush();
    return [...this.#segments]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, segments]) => {
        const [kind, partition = ''] = key.split(' ');
        return portionsOf(kind === 'raw' ? 'raw' : 'quarantine', partition, segments, this.#limits.portion);
      });
  }

  async read({ segments }: Portion): Promise<Buffer[]> {
    return Promise.all(
      segments.map(async ({ at, bytes }) => {
        const { buffer } = await this.#file.read(Buffer.allocUnsafe(bytes), 0, bytes, at);
        return buffer;
      }),
    );
  }

  /** Forgets all lines; the room on the disk is used again. */
  clear(): void {
    this.#segments = new Map();
    this.#written = 0;
  }

  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
