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
      if (!signal) return promise;
      const { promise: aborted, resolve } = Promise.withResolvers<void>();
      const abort = (): void => resolve();
      signal.addEventListener('abort', abort, { once: true });
      await Promise.race([promise, aborted]);
      signal.removeEventListener('abort', abort);
    },
    tell() {
      const told = waiting;
      waiting = Promise.withResolvers<void>();
      told.resolve();
    },
  };
};
