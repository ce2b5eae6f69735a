import { describe, expect, test } from '@jest/globals';
import { readAhead } from '../src/readAhead.ts';

const limit = { workers: 2, bytes: 1_000 };

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work that ends when told to, in any order. */
const byHand = (bytes = 1) => {
  const begun: number[] = [];
  const ends = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const work = async (item: number) => {
    begun.push(item);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    ends.set(item, { resolve, reject });
    await promise;
    return { item, bytes };
  };
  return {
    begun,
    work,
    end: (item: number) => ends.get(item)?.resolve(),
    fail: (item: number) => ends.get(item)?.reject(new Error(`item ${item}`)),
  };
};

const items = ({ value }: IteratorResult<{ item: number }[], void>) => value?.map(({ item }) => item);

describe('reading ahead', () => {
  test('gives what is ready, in the order of the items, and works on meanwhile', async () => {
    const { begun, work, end } = byHand();
    const results = readAhead([0, 1, 2, 3], limit, work);
    const first = results.next();
    await settle();
    expect(begun).toEqual([0, 1]);
    end(1);
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    end(0);
    expect(items(await first)).toEqual([0, 1]);
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
    end(3);
    end(2);
    await settle();
    expect(items(await results.next())).toEqual([2, 3]);
    expect((await results.next()).done).toBe(true);
  });

  test('begins nothing while what was given and what waits fill the room', async () => {
    const { begun, work, end } = byHand(600);
    const results = readAhead([0, 1, 2, 3], limit, work);
    const first = results.next();
    await settle();
    end(0);
    end(1);
    expect(items(await first)).toEqual([0, 1]);
    await settle();
    expect(begun).toEqual([0, 1]);
    const second = results.next();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
    end(2);
    end(3);
    expect(items(await second)).toEqual([2, 3]);
    expect((await results.next()).done).toBe(true);
  });

  test('ends with the first failure, after the work that had begun, and begins no more', async () => {
    const { begun, work, end, fail } = byHand();
    const results = readAhead([0, 1, 2, 3], limit, work);
    const failed = expect(results.next()).rejects.toThrow('item 1');
    await settle();
    fail(1);
    await settle();
    end(0);
    await failed;
    expect(begun).toEqual([0, 1]);
    expect((await results.next()).done).toBe(true);
  });

  test('waits for the work at hand when nobody wants the rest', async () => {
    const { begun, work, end } = byHand();
    const results = readAhead([0, 1, 2, 3], limit, work);
    const first = results.next();
    await settle();
    end(0);
    await first;
    let ended = false;
    const returned = results.return().then(() => {
      ended = true;
    });
    await settle();
    expect(ended).toBe(false);
    end(1);
    end(2);
    await returned;
    expect(begun).toEqual([0, 1, 2]);
  });

  test('of nothing gives nothing', async () => {
    expect(await Array.fromAsync(readAhead([], limit, byHand().work))).toEqual([]);
  });
});
