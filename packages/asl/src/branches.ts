import { Stopped } from './errors.ts';
import type { Branch, Execution } from './execution.ts';
import type { Payload } from './values.ts';

/** A state as a chain needs it: something that runs and says where to go. */
export interface Link {
  /** `next` is undefined where the chain ends. Throws StatesError, or the reason of the branch's signal. */
  run(
    execution: Execution,
    branch: Branch,
    input: Payload,
  ): Promise<{ output: Payload; next: string | undefined }>;
  /** What coverage counts: the state itself, each way out, each retrier and catcher. */
  points(): string[];
}

/** The states of a machine, a branch or an iteration, compiled. */
export interface Chain {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, Link>;
}

/** Runs a chain of states from its start to its end. Throws StatesError, or the signal's reason. */
export const runChain = async (
  execution: Execution,
  chain: Chain,
  branch: Branch,
  input: Payload,
): Promise<Payload> => {
  let data = input;
  let next: string | undefined = chain.startAt;
  while (next !== undefined) {
    if (branch.signal.aborted) throw branch.signal.reason;
    const state = chain.states.get(next);
    if (state === undefined) throw new Error(`the machine has no state '${next}', though it was checked`);
    const step: Awaited<ReturnType<Link['run']>> = await state.run(execution, branch, data);
    data = step.output;
    next = step.next;
  }
  return data;
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
