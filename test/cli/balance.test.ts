import { describe, expect, test } from '@jest/globals';
import { balance } from '../../cli/demo/balance.ts';

const told = { accepted: 102, refused: 3, distinct: 100 };
const stored = {
  landed: 102,
  curated: 100,
  ids: 100,
  now: { rows: 100, ids: 100 },
  duplicates: 2,
  rejected: 0,
  quarantined: 3,
  partitions: 1,
  bytes: { rawGz: 1, parquet: 1 },
};
const broken = (change: object, before = stored.now) =>
  balance(told, before, { ...stored, ...change }).filter((line) => !line.holds).length;

describe('the balance of the demo', () => {
  test('holds when every accepted id is curated once and every rejected event is in quarantine', () => {
    expect(broken({})).toBe(0);
  });

  test('holds after a redelivery: more landed, as many more duplicates', () => {
    expect(broken({ landed: 110, duplicates: 10 })).toBe(0);
  });

  test('breaks when events_now lacks an event, or has one twice, before the run or after it', () => {
    for (const wrong of [
      { rows: 99, ids: 99 },
      { rows: 101, ids: 100 },
    ]) {
      expect(broken({ now: wrong })).toBe(1);
      expect(broken({}, wrong)).toBe(1);
    }
  });

  test('breaks when an id is missing, doubled, or a rejected event is nowhere', () => {
    expect(broken({ ids: 99, curated: 99 })).toBeGreaterThan(0);
    expect(broken({ curated: 101 })).toBeGreaterThan(0);
    expect(broken({ quarantined: 2 })).toBe(1);
    expect(broken({ landed: 101, duplicates: 1 })).toBe(1);
  });
});
