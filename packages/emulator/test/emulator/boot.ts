import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator.ts';
import { scratch } from '../../src/testing/scratch.ts';
import { writePackage } from './package.ts';

/** Boots emulators in a folder of each test's own: by default of the small package there. They are gone after the test. */
export const eachEmulator = () => {
  let place: ReturnType<typeof scratch>;
  const open: Emulator[] = [];
  beforeEach(() => {
    place = scratch();
  });
  afterEach(async () => {
    for (const stage of open.splice(0)) await stage.close();
    place.remove();
  });
  const inFolder = (name: string): string => join(place.dir, name);
  const boot = async (options: Partial<EmulatorOptions> = {}): Promise<Emulator> => {
    const packageDir = options.packageDir ?? writePackage(inFolder('package'));
    const stage = await startEmulator({ packageDir, dataDir: inFolder('data'), port: 0, ...options });
    open.push(stage);
    return stage;
  };
  return { boot, inFolder };
};
