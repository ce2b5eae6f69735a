import type { Compiler } from '../compile/compiler.ts';
import type { FlowFields, HandlerFields, RetrierFields, TransitionFields } from '../compile/schema.ts';
import { StatesError } from '../errors.ts';
import type { Finished } from '../flow/flow.ts';
import { type Json, payload, tooLarge } from '../values.ts';
import type { Visit } from '../visit.ts';
import {
  type Catcher,
  catches,
  compileCatchers,
  compileRetriers,
  errorOutput,
  isFatal,
  retries,
  retryDelay,
} from './handlers.ts';
import { OnwardState } from './onward.ts';
import { type StateIdentity, type Step, tooMuch } from './state.ts';

type Fields = FlowFields & TransitionFields & HandlerFields;

/** Task, Parallel and Map: work that can fail, be tried again, and be caught. */
export abstract class RetriableState extends OnwardState {
  readonly #retriers: readonly RetrierFields[];
  readonly #catchers: readonly Catcher[];

  constructor(identity: StateIdentity, fields: Fields, compiler: Compiler) {
    super(identity, fields, compiler);
    this.#retriers = compileRetriers(compiler, fields);
    this.#catchers = compileCatchers(compiler, fields);
  }

  /** One attempt. `input` is the state's input after InputPath. Throws StatesError. */
  protected abstract attempt(visit: Visit, input: Json): Promise<Json>;

  /** Called once when no retry is left, before a catcher takes over or the state fails. */
  protected abstract gaveUp(visit: Visit): void;

  override targets(): string[] {
    return [...super.targets(), ...this.#catchers.map((catcher) => catcher.next)];
  }

  override points(): string[] {
    const retries = this.#retriers.map((_, index) => this.#retryPoint(index));
    const catches = this.#catchers.map((_, index) => this.#catchPoint(index));
    return [...super.points(), ...retries, ...catches];
  }

  protected override async work(visit: Visit): Promise<Step> {
    const used = this.#retriers.map(() => 0);
    visit.retryCount = 0;
    for (;;) {
      try {
        return this.onward(await this.#tryOnce(visit));
      } catch (thrown) {
        if (!(thrown instanceof StatesError)) throw thrown;
        const error = visit.note(thrown);
        if (isFatal(error)) throw error;
        const delay = this.#nextDelay(visit, error, used);
        if (delay === undefined) return await this.#giveUp(visit, error);
        await visit.execution.timer.sleep(delay, visit.branch.signal);
        visit.retryCount += 1;
      }
    }
  }

  async #tryOnce(visit: Visit): Promise<Finished> {
    const input = this.flow.input(visit.scope());
    const result = await this.attempt(visit, input);
    const finished = await this.flow.finish(visit.scope(input), visit.raw.value, result);
    if (tooLarge(payload(finished.output).text)) throw tooMuch(visit);
    return finished;
  }

  #nextDelay(visit: Visit, error: StatesError, used: number[]): number | undefined {
    const index = this.#retriers.findIndex((retrier) => retries(retrier.ErrorEquals, error));
    const retrier = this.#retriers[index];
    if (retrier === undefined) return undefined;
    const attempt = (used[index] ?? 0) + 1;
    used[index] = attempt;
    const delay = retryDelay(retrier, attempt, () => visit.execution.random.next());
    // A retrier with MaxAttempts 0 is there to say "never": being asked is what reaches it.
    if (delay !== undefined || retrier.MaxAttempts === 0)
      visit.execution.coverage?.reach(this.#retryPoint(index));
    return delay;
  }

  async #giveUp(visit: Visit, error: StatesError): Promise<Step> {
    this.gaveUp(visit);
    const index = this.#catchers.findIndex((candidate) => catches(candidate.errorEquals, error));
    const catcher = this.#catchers[index];
    if (catcher === undefined) throw error;
    const input = visit.raw.value;
    const finished = await catcher.flow(visit.scope(input), input, errorOutput(error));
    return { ...finished, next: catcher.next, point: this.#catchPoint(index) };
  }

  #retryPoint(index: number): string {
    return `${this.path} retry ${index}`;
  }

  #catchPoint(index: number): string {
    return `${this.path} catch ${index} -> ${this.#catchers[index]?.next}`;
  }
}
