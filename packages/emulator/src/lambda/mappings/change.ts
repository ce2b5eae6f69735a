import type { Timer } from '../../contracts.ts';

/** Tells whoever waits that something has changed: new records, a checkpoint, somebody who is in a hurry. */
export interface Change {
  /** Resolves at the next change, or when the signal is aborted. Ask before looking, and no change is missed. */
  next(signal?: AbortSignal): Promise<void>;
  tell(): void;
}

export const createChange = (): Change => {
  let waiting = Promise.withResolvers<void>();
  return {
    async next(signal) {
      const { promise } = waiting;
      return signal ? untilAborted(promise, signal) : promise;
    },
    tell() {
      const told = waiting;
      waiting = Promise.withResolvers<void>();
      told.resolve();
    },
  };
};

const untilAborted = async (promise: Promise<void>, signal: AbortSignal): Promise<void> => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const abort = (): void => resolve();
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([promise, aborted]);
  signal.removeEventListener('abort', abort);
};

/** Until `promise` resolves, `ms` have passed or the signal is aborted; the sleep ends with it. */
export const untilEither = async (
  promise: Promise<void>,
  ms: number,
  { timer, signal }: { timer: Timer; signal: AbortSignal },
): Promise<void> => {
  if (ms === Number.POSITIVE_INFINITY) return untilAborted(promise, signal);
  const enough = new AbortController();
  const sleep = timer.sleep(ms, AbortSignal.any([enough.signal, signal])).catch(() => {});
  await Promise.race([promise, sleep]);
  enough.abort();
};
