import { afterEach } from '@jest/globals';
import { createFaults, type Faults } from '../../src/faults/faults.ts';
import type { FaultRule } from '../../src/faults/rules.ts';
import { type Services, startServices } from '../endpoint/fixture.ts';

/** Starts the services with faults of these rules, seed 1, for one test; they are gone after it. */
export const eachFaulty = () => {
  let services: Services | undefined;
  afterEach(async () => {
    await services?.closeAndRemove();
    services = undefined;
  });
  return async (...rules: FaultRule[]): Promise<Services & { faults: Faults }> => {
    const faults = createFaults({ seed: '1', rules });
    services = await startServices({ intercept: faults.intercept });
    return { ...services, faults };
  };
};
