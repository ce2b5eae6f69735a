/** The choice of the actor that moved last (who queues behind the others), so that courses have long strides too. */
export const SAME = -1;

/**
 * Several actors in one process, of which one moves at a time: each runs up to its next `turn`, and a list of choices
 * says who moves then. The same choices give the same course, also where actors wait for sockets meanwhile.
 */
export interface Turns {
  /** Waits until this actor is chosen. */
  turn(): Promise<void>;
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
  return {
    turn() {
      const chosen = new Promise<void>((go) => waiting.push(go));
      stops();
      return chosen;
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
