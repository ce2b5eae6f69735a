import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';

interface Hooks {
  before(work: () => Promise<void>, timeoutMs?: number): void;
  after(work: () => Promise<void>): void;
}

const made = <Made extends object>(
  { before, after }: Hooks,
  make: () => Promise<Made>,
  close: (one: Made) => Promise<void>,
  timeoutMs?: number,
): Made => {
  let one: Made | undefined;
  before(async () => {
    one = await make();
  }, timeoutMs);
  after(async () => {
    if (one !== undefined) await close(one);
    one = undefined;
  });
  // Every member is read from the one of the moment, so that this stands for it wherever it is used.
  return new Proxy({} as Made, {
    get: (_target, name) => {
      if (one === undefined) throw new Error(`"${String(name)}" is read outside of the tests`);
      const member: unknown = Reflect.get(one, name);
      return typeof member === 'function' ? member.bind(one) : member;
    },
  });
};

const nothing = async (): Promise<void> => {};

/** Made anew before each test and closed after it. Its members may be used inside tests and hooks. */
export const madeEach = <Made extends object>(
  make: () => Promise<Made>,
  close: (one: Made) => Promise<void> = nothing,
): Made => made({ before: beforeEach, after: afterEach }, make, close);

/** The same, once for all tests of a file. */
export const madeOnce = <Made extends object>(
  make: () => Promise<Made>,
  close: (one: Made) => Promise<void> = nothing,
  timeoutMs?: number,
): Made => made({ before: beforeAll, after: afterAll }, make, close, timeoutMs);
