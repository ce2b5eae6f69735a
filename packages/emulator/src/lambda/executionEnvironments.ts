import { AwsError } from '../contracts.ts';
import type { ExecutionEnvironment } from './executionEnvironment.ts';

/** The processes of one function: who is idle, and who waits for one. */
export class ExecutionEnvironments {
  readonly #start: () => ExecutionEnvironment;
  readonly #most: number;
  readonly #idleMs: number;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #idle: { environment: ExecutionEnvironment; reaper: NodeJS.Timeout }[] = [];
  readonly #waiting: PromiseWithResolvers<ExecutionEnvironment>[] = [];
  #closed = false;

  constructor(start: () => ExecutionEnvironment, most: number, idleMs: number) {
    this.#start = start;
    this.#most = most;
    this.#idleMs = idleMs;
  }

  counts(): { environments: number; waiting: number } {
    return { environments: this.#living(), waiting: this.#waiting.length };
  }

  /** An idle execution environment, a new one, or when there are enough the next that is released. */
  async acquire(): Promise<ExecutionEnvironment> {
    if (this.#closed) throw shuttingDown();
    for (let next = this.#idle.pop(); next; next = this.#idle.pop()) {
      clearTimeout(next.reaper);
      if (next.environment.alive) return next.environment;
    }
    if (this.#living() < this.#most) return this.#add();
    const turn = Promise.withResolvers<ExecutionEnvironment>();
    this.#waiting.push(turn);
    return turn.promise;
  }

  release(environment: ExecutionEnvironment): void {
    const turn = this.#waiting.shift();
    if (turn) this.#acquireFor(turn, environment);
    if (turn || !environment.alive) return;
    const reaper = setTimeout(() => environment.kill(), this.#idleMs).unref();
    this.#idle.push({ environment, reaper });
  }

  #acquireFor(turn: PromiseWithResolvers<ExecutionEnvironment>, released: ExecutionEnvironment): void {
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
    for (const environment of this.#all) environment.kill();
    await Promise.all([...this.#all].map((environment) => environment.gone));
  }

  #add(): ExecutionEnvironment {
    const environment = this.#started();
    this.#all.add(environment);
    void environment.gone.then(() => this.#all.delete(environment));
    return environment;
  }

  /** The machine may refuse another process; for the caller that is a failure of Lambda, not of the function. */
  #started(): ExecutionEnvironment {
    try {
      return this.#start();
    } catch (cause) {
      throw new AwsError('ServiceException', `The emulator could not start a process: ${cause}`, 500);
    }
  }

  #living(): number {
    return [...this.#all].filter((environment) => environment.alive).length;
  }
}

const shuttingDown = (): AwsError => new AwsError('ServiceException', 'The emulator is shutting down', 503);
