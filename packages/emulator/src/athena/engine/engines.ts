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

/** A process without a query is ended after this, and at once when so many wait already: each holds some 100 MB. */
const IDLE_MS = 60_000;
const MOST_IDLE = 2;

interface EngineLimits {
  /** below which queries may read */
  folder: string;
  /** of one query; DuckDB spills what is beyond */
  memoryBytes?: number | undefined;
  /** of one query: what it spills and what it writes, together */
  diskBytes?: number | undefined;
  threads?: number | undefined;
}

/** The processes of DuckDB: started when needed, used again, ended when idle. */
export class Engines {
  readonly #limits: EngineLimits;
  readonly #root = join(tmpdir(), `emulator-athena-${randomUUID()}`);
  readonly #idle: { engine: EngineProcess; timer: NodeJS.Timeout }[] = [];
  readonly #all = new Set<EngineProcess>();

  constructor(limits: EngineLimits) {
    this.#limits = limits;
  }

  acquire(): EngineProcess {
    for (let free = this.#idle.pop(); free; free = this.#idle.pop()) {
      clearTimeout(free.timer);
      if (free.engine.alive) return free.engine;
    }
    const engine = startEngineProcess(this.#setup());
    this.#all.add(engine);
    void engine.gone.then(() => this.#all.delete(engine));
    return engine;
  }

  /** Back after a query. One that is dead, or that cannot be made clean, is forgotten. */
  async release(engine: EngineProcess): Promise<void> {
    if (!engine.alive) return;
    try {
      const isSmall = await engine.reset();
      if (isSmall && this.#idle.length < MOST_IDLE) this.#keep(engine);
      else engine.kill(new Error('The engine is not kept'));
    } catch {
      engine.kill(new Error('The engine could not be reset'));
    }
  }

  async close(): Promise<void> {
    for (const { timer } of this.#idle) clearTimeout(timer);
    const all = [...this.#all];
    for (const engine of all) engine.kill(new Error('The emulator ends'));
    await Promise.all(all.map((engine) => engine.gone));
    rmSync(this.#root, { recursive: true, force: true });
  }

  #keep(engine: EngineProcess): void {
    const timer = setTimeout(() => engine.kill(new Error('The engine was idle')), IDLE_MS);
    timer.unref();
    this.#idle.push({ engine, timer });
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
