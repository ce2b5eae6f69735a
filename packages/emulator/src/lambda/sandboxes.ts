import { AwsError } from '../contracts.ts';
import type { Sandbox } from './sandboxProcess.ts';

/** The processes of one function: who is idle, and who waits for one. */
export class Sandboxes {
  readonly #start: () => Sandbox;
  readonly #most: number;
  readonly #idleMs: number;
  readonly #all = new Set<Sandbox>();
  readonly #idle: { sandbox: Sandbox; reaper: NodeJS.Timeout }[] = [];
  readonly #waiting: PromiseWithResolvers<Sandbox>[] = [];
  #closed = false;

  constructor(start: () => Sandbox, most: number, idleMs: number) {
    this.#start = start;
    this.#most = most;
    this.#idleMs = idleMs;
  }

  counts(): { sandboxes: number; waiting: number } {
    return { sandboxes: this.#living(), waiting: this.#waiting.length };
  }

  /** An idle sandbox, a new one, or when there are enough the next that is released. */
  async acquire(): Promise<Sandbox> {
    if (this.#closed) throw shuttingDown();
    for (let next = this.#idle.pop(); next; next = this.#idle.pop()) {
      clearTimeout(next.reaper);
      if (next.sandbox.alive) return next.sandbox;
    }
    if (this.#living() < this.#most) return this.#add();
    const turn = Promise.withResolvers<Sandbox>();
    this.#waiting.push(turn);
    return turn.promise;
  }

  release(sandbox: Sandbox): void {
    const turn = this.#waiting.shift();
    if (turn) this.#acquireFor(turn, sandbox);
    if (turn || !sandbox.alive) return;
    const reaper = setTimeout(() => sandbox.kill(), this.#idleMs).unref();
    this.#idle.push({ sandbox, reaper });
  }

  #acquireFor(turn: PromiseWithResolvers<Sandbox>, released: Sandbox): void {
    try {
      turn.resolve(released.alive ? released : this.#add());
    } catch (error) {
      turn.reject(error);
    }
  }

  /** Whoever waits is refused. Resolves when all processes are gone. */
  async killAll(): Promise<void> {
    this.#closed = true;
    for (const turn of this.#waiting.splice(0)) turn.reject(shuttingDown());
    for (const { reaper } of this.#idle) clearTimeout(reaper);
    for (const sandbox of this.#all) sandbox.kill();
    await Promise.all([...this.#all].map((sandbox) => sandbox.gone));
  }

  #add(): Sandbox {
    const sandbox = this.#started();
    this.#all.add(sandbox);
    void sandbox.gone.then(() => this.#all.delete(sandbox));
    return sandbox;
  }

  /** The machine may refuse another process; for the caller that is a failure of Lambda, not of the function. */
  #started(): Sandbox {
    try {
      return this.#start();
    } catch (cause) {
      throw new AwsError('ServiceException', `The emulator could not start a process: ${cause}`, 500);
    }
  }

  #living(): number {
    return [...this.#all].filter((sandbox) => sandbox.alive).length;
  }
}

const shuttingDown = (): AwsError => new AwsError('ServiceException', 'The emulator is shutting down', 503);
