import type { BenchCase } from '../harness/case.ts';
import { build } from './build/build.ts';
import { coldStart } from './coldStart/coldStart.ts';
import { door } from './collector/collector.ts';
import { endToEnd } from './endToEnd/endToEnd.ts';
import { fileSize } from './fileSize/fileSize.ts';
import { growth } from './growth/growth.ts';
import { landing } from './landing/landing.ts';
import { localStage } from './localStage/localStage.ts';

/** In the order of docs/reference/performance.md. */
export const cases: readonly BenchCase[] = [
  door,
  coldStart,
  landing,
  build,
  fileSize,
  endToEnd,
  localStage,
  growth,
];
