import { afterAll, beforeAll } from '@jest/globals';
import type { QueryLimits } from '../../src/athena/service.ts';
import { type AthenaEmulator, athenaEmulator } from '../../src/testing/athenaEmulator.ts';

/** An Athena for all tests of a file. Its members may be used inside tests and hooks. */
export const onceAthena = (limits?: QueryLimits): AthenaEmulator => {
  // Filled before the first test.
  const stage = {} as AthenaEmulator;
  beforeAll(async () => {
    Object.assign(stage, await athenaEmulator(limits));
  });
  afterAll(() => stage.close());
  return stage;
};
