import { Stopped } from './errors.ts';
import type { Branch, Execution } from './execution.ts';
import type { Standing } from './standing.ts';
import { type Payload, payload } from './values.ts';

/** A state as a chain needs it: something that runs and says where to go. */
export interface Link {
  /**
   * `next` is undefined where the chain ends. With `past` it goes on where it stood. Throws StatesError, or the reason of
   * the branch's signal.
   */
  run(
    execution: Execution,
    branch: Branch,
    input: Payload,
    past?: Standing,
  ): Promise<{ output: Payload; next: string | undefined }>;
  /** What coverage counts: the state itself, each way out, each retrier and catcher. */
  points(): string[];
}

/** The states of a machine, a branch or an iteration, compiled. */
export interface Chain {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, Link>;
}

/**
 * Runs a chain of states from its start, or from where it stood, to its end. Throws StatesError, or the signal's reason;
 * `branch.place` then tells where it was.
 */
export const runChain = async (
  execution: Execution,
  chain: Chain,
  branch: Branch,
  input: Payload,
  from?: Standing,
): Promise<Payload> => {
  let data = from === undefined ? input : payload(from.input);
  let next: string | undefined = from?.state ?? chain.startAt;
  let past = from;
  if (from !== undefined) goOn(branch, from);
  while (next !== undefined) {
    branch.place = { state: next, input: data, after: branch.cursor, past };
    if (branch.signal.aborted) throw branch.signal.reason;
    const state = chain.states.get(next);
    if (state === undefined) throw new Error(`the machine has no state '${next}', though it was checked`);
    const step: Awaited<ReturnType<Link['run']>> = await state.run(execution, branch, data, past);
    data = step.output;
    next = step.next;
    past = undefined;
  }
  branch.place = undefined;
  return data;
};

const goOn = (branch: Branch, { after, variables }: Standing): void => {
  branch.cursor = after;
  for (const [name, value] of Object.entries(variables)) branch.variables.set(name, value);
};

/** Every point coverage counts in a chain, those of inner chains too. */
export const chainPoints = (chain: Chain): string[] =>
  [...chain.states.values()].flatMap((state) => state.points());

/**
 * Runs work that belongs together under a signal of its own: the first failure stops the others, and is thrown
 * only after all of them have come to rest, so that nothing of a failed attempt goes on beside the next one.
 */
export const together = async <T>(
  outer: AbortSignal,
  start: (signal: AbortSignal) => Promise<T>[],
): Promise<T[]> => {
  const group = new AbortController();
  const running = start(AbortSignal.any([outer, group.signal]));
  let failure: { reason: unknown } | undefined;
  const watched = running.map(async (work) => {
    try {
      return await work;
    } catch (reason) {
      failure ??= { reason };
      group.abort(new Stopped('another branch failed'));
      throw reason;
    }
  });
  const settled = await Promise.allSettled(watched);
  if (failure !== undefined) throw failure.reason;
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
};
