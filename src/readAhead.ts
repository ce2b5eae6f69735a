import { settleAtMost } from './atMost.ts';

interface ReadAhead {
  /** how many items at the same time */
  workers: number;
  /** no further item is begun while so many bytes of results wait to be taken, or are being used */
  bytes: number;
}

/**
 * Runs `work` over all items ahead of whoever takes the results: in the items' order, as many at once as are ready.
 * What was given is taken for used up once the next ones are asked for. Throws the first failure; however it ends, no
 * work goes on afterwards.
 */
export async function* readAhead<Item, Result extends { bytes: number }>(
  items: readonly Item[],
  limit: ReadAhead,
  work: (item: Item, index: number) => Promise<Result>,
): AsyncGenerator<Result[], void, undefined> {
  const ready = new Map<number, Result>();
  const state: { ahead: number; ended: boolean; failure?: { error: unknown } } = { ahead: 0, ended: false };
  let next = Promise.withResolvers<void>();
  const change = (): void => {
    next.resolve();
    next = Promise.withResolvers();
  };
  const working = settleAtMost(limit.workers, [...items.entries()], async ([index, item]) => {
    while (state.ahead >= limit.bytes && !state.ended) await next.promise;
    if (state.ended) return;
    try {
      const result = await work(item, index);
      state.ahead += result.bytes;
      ready.set(index, result);
    } catch (error) {
      state.failure ??= { error };
      state.ended = true;
    }
    change();
  });
  try {
    for (let place = 0; place < items.length; ) {
      while (!ready.has(place) && state.failure === undefined) await next.promise;
      if (state.failure !== undefined) throw state.failure.error;
      const batch: Result[] = [];
      for (let result = ready.get(place); result !== undefined; result = ready.get(place)) {
        ready.delete(place);
        batch.push(result);
        place += 1;
      }
      yield batch;
      state.ahead -= batch.reduce((sum, { bytes }) => sum + bytes, 0);
      change();
    }
  } finally {
    state.ended = true;
    change();
    await working;
  }
}
