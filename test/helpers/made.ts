import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';

interface Hooks {
  before(work: () => Promise<void>, timeoutMs?: number): void;
  after(work: () => Promise<void>): void;
}

/** Stands for the one of the moment wherever it is used: every member is read from that. */
export const standIn = <Made extends object>(current: () => Made | undefined): Made =>
  new Proxy({} as Made, {
    get: (_target, name) => {
      const one = current();
      if (one === undefined) throw new Error(`"${String(name)}" is read outside of the tests`);
      const member: unknown = Reflect.get(one, name);
      return typeof member === 'function' ? member.bind(one) : member;
    },
    set: (_target, name, value) => Reflect.set(current() ?? {}, name, value),
    // So that a copy of it has the members as well: `{ ...store, list }`.
    ownKeys: () => Reflect.ownKeys(current() ?? {}),
    getOwnPropertyDescriptor: (_target, name) => {
      const found = Reflect.getOwnPropertyDescriptor(current() ?? {}, name);
      return found && { ...found, configurable: true };
    },
  });

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
  return standIn(() => one);
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
