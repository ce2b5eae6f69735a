import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How long the file of a replaced or removed object stays: a query that listed it before may still be reading.
 * S3 would give such a reader the new object or an error; here it sees the old one, whole.
 */
const GRACE_MS = 10 * 60_000;

/** A full sweep of the waiting list costs little, but not nothing. */
const SWEEP_EVERY_MS = 30_000;

/**
 * The files under `<data>/s3/`. A file is written once, under a name of its own, and never changed: an object is
 * replaced by pointing its row at another file. So no reader and no crash ever meets a half-written object.
 */
export class Files {
  readonly folder: string;
  readonly #now: () => number;
  readonly #leaving: { file: string; atMs: number }[] = [];
  #sweptMs: number;

  constructor(folder: string, now: () => number) {
    this.folder = folder;
    this.#now = now;
    this.#sweptMs = now();
    // 256 folders, so that 100,000 objects are no folder of 100,000 entries.
    for (let i = 0; i < 256; i += 1)
      mkdirSync(join(folder, i.toString(16).padStart(2, '0')), { recursive: true });
  }

  /** A name nobody has. */
  newName(): string {
    const id = randomUUID();
    return `${id.slice(0, 2)}/${id}`;
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  /** The file is no longer part of anything: it goes after a while. */
  release(file: string): void {
    this.#leaving.push({ file, atMs: this.#now() });
    if (this.#now() - this.#sweptMs < SWEEP_EVERY_MS) return;
    this.#sweptMs = this.#now();
    while (this.#leaving[0] !== undefined && this.#now() - this.#leaving[0].atMs > GRACE_MS) {
      this.removeNow(this.#leaving[0].file);
      this.#leaving.shift();
    }
  }

  removeNow(file: string): void {
    try {
      unlinkSync(this.path(file));
    } catch {
      // Gone already: what was wanted.
    }
  }

  /**
   * At the start: what no row points at was being written, or leaving, when the emulator last died. Returns the files that
   * rows point at and that are there.
   */
  removeAllBut(used: ReadonlySet<string>): Set<string> {
    const there = new Set<string>();
    for (const part of readdirSync(this.folder)) {
      for (const name of readdirSync(join(this.folder, part))) {
        const file = `${part}/${name}`;
        if (used.has(file)) there.add(file);
        else this.removeNow(file);
      }
    }
    return there;
  }
}
