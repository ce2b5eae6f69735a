import { fc } from '../../helpers/fastCheck.ts';

/** The choice of the actor that moved last (who queues behind the others), so that courses have long strides too. */
export const SAME = -1;

/** Which of so many actors moves next, up to 60 times; two times in three it is the one that moved last. */
export const choicesOf = (actors: number) =>
  fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant(SAME) }, fc.nat(actors - 1)), { maxLength: 60 });

/**
 * Several actors in one process, of which one moves at a time: each runs up to its next `turn`, and a list of choices
 * says who moves then. The same choices give the same course, also where actors wait for sockets meanwhile.
 */
export interface Turns {
  /** Waits until this actor is chosen. */
  turn(): Promise<void>;
  /** Makes a call when this actor is chosen. */
  inTurn<Result>(call: () => Promise<Result>): Promise<Result>;
  /** A failure of an actor is the course's. */
  spawn(actor: () => Promise<void>): void;
  /** Lets actors move until all have ended; beyond the choices always the first that waits. */
  play(choices: readonly number[]): Promise<void>;
}

export const takeTurns = (): Turns => {
  const waiting: (() => void)[] = [];
  const failures: unknown[] = [];
  let running = 0;
  let rest = (): void => {};
  const stops = (): void => {
    running -= 1;
    if (running === 0) rest();
  };
  const turn = (): Promise<void> => {
    const chosen = new Promise<void>((go) => waiting.push(go));
    stops();
    return chosen;
  };
  return {
    turn,
    async inTurn(call) {
      await turn();
      return call();
    },
    spawn(actor) {
      running += 1;
      actor()
        .catch((error: unknown) => failures.push(error))
        .finally(stops);
    },
    async play(choices) {
      for (let step = 0; ; step += 1) {
        if (running > 0)
          await new Promise<void>((done) => {
            rest = done;
          });
        if (failures.length > 0) throw failures[0];
        if (waiting.length === 0) return;
        const choice = choices[step] ?? 0;
        const [go] = waiting.splice(choice === SAME ? -1 : choice % waiting.length, 1);
        running += 1;
        go?.();
      }
    },
  };
};
