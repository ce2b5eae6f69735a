import type { BenchCase } from '../harness/case.ts';
import { build } from './build/build.ts';
import { coldStart } from './coldStart/coldStart.ts';
import { collector } from './collector/collector.ts';
import { emulator } from './emulator/emulator.ts';
import { endToEnd } from './endToEnd/endToEnd.ts';
import { fileSize } from './fileSize/fileSize.ts';
import { growth } from './growth/growth.ts';
import { landing } from './landing/landing.ts';

/** In the order of docs/reference/performance.md. */
export const cases: readonly BenchCase[] = [
  collector,
  coldStart,
  landing,
  build,
  fileSize,
  endToEnd,
  emulator,
  growth,
];
