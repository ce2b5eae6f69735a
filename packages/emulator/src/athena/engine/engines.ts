import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type EngineProcess, startEngineProcess } from './engineProcess.ts';
import type { EngineSetup } from './protocol.ts';

/** Queries that run at once, each in a process of its own. */
export const AT_ONCE = 4;

const MB = 2 ** 20;
const GB = 2 ** 30;

/** All queries together may take half of the machine, and one no more than DuckDB needs to be quick. */
const memoryOfQuery = (): number =>
  Math.max(256 * MB, Math.min(2 * GB, Math.floor(totalmem() / 2 / AT_ONCE)));

/** DuckDB does not count everything it takes, and Node's own part comes on top. */
const processLimit = (memory: number): number => Math.round(memory * 1.25 + 384 * MB);

/** What a query spills, and what it writes: together. */
const DISK_BYTES = 10 * GB;

/**
 * How long a process without a query is kept, and those beyond the first two: each holds some 100 MB, and queries that
 * come in bursts find all of theirs again.
 */
const IDLE_MS = 60_000;
const KEPT_LONG = 2;
const BURST_MS = 5_000;

interface EngineLimits {
  /** below which queries may read */
  folder: string;
  /** of one query; DuckDB spills what is beyond */
  memoryBytes?: number | undefined;
  /** of one query: what it spills and what it writes, together */
  diskBytes?: number | undefined;
  threads?: number | undefined;
}

/**
 * The processes of DuckDB: started when needed, used again, ended when idle. They are as many as queries that run at once,
 * which ../runner.ts bounds by AT_ONCE, and those that are just being made clean.
 */
export class Engines {
  readonly #limits: EngineLimits;
  readonly #root = join(tmpdir(), `emulator-athena-${randomUUID()}`);
  /** The last one is used first, so that those beyond the first two fall idle. */
  readonly #idle = new Map<EngineProcess, NodeJS.Timeout>();
  readonly #all = new Set<EngineProcess>();

  constructor(limits: EngineLimits) {
    this.#limits = limits;
  }

  acquire(): EngineProcess {
    const free = [...this.#idle.keys()].at(-1);
    if (free) {
      this.#take(free);
      return free;
    }
    const engine = startEngineProcess(this.#setup());
    this.#all.add(engine);
    void engine.gone.then(() => {
      this.#take(engine);
      this.#all.delete(engine);
    });
    return engine;
  }

  /** Back after a query. One that is dead, or that cannot be made clean, is forgotten. */
  async release(engine: EngineProcess): Promise<void> {
    if (!engine.alive) return;
    try {
      if (await engine.reset()) this.#keep(engine);
      else engine.kill(new Error('The engine is not kept'));
    } catch {
      engine.kill(new Error('The engine could not be reset'));
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#idle.values()) clearTimeout(timer);
    const all = [...this.#all];
    for (const engine of all) engine.kill(new Error('The emulator ends'));
    await Promise.all(all.map((engine) => engine.gone));
    rmSync(this.#root, { recursive: true, force: true });
  }

  #keep(engine: EngineProcess): void {
    const end = (): void => {
      this.#take(engine);
      engine.kill(new Error('The engine was idle'));
    };
    const timer = setTimeout(end, this.#idle.size < KEPT_LONG ? IDLE_MS : BURST_MS);
    timer.unref();
    this.#idle.set(engine, timer);
  }

  #take(engine: EngineProcess): void {
    clearTimeout(this.#idle.get(engine));
    this.#idle.delete(engine);
  }

  #setup(): EngineSetup {
    const { folder, memoryBytes = memoryOfQuery(), diskBytes = DISK_BYTES, threads } = this.#limits;
    const scratch = join(this.#root, randomUUID());
    return {
      folders: [folder, scratch],
      spill: join(scratch, 'spill'),
      spillLimit: `${Math.floor(diskBytes / MB)}MiB`,
      memory: `${Math.floor(memoryBytes / MB)}MiB`,
      memoryBytes: processLimit(memoryBytes),
      ...{ diskBytes, scratch },
      ...(threads === undefined ? {} : { threads }),
    };
  }
}
