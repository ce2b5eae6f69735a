import type { CaseResult } from './report.ts';

export interface BenchContext {
  /** of the stage `local`, packaged */
  packageDir: string;
  /** data made once by seed, kept between runs */
  dataDir: string;
  /** emptied when the run is over */
  workDir: string;
  /** 1; less for a try of the harness, with shorter traffic */
  scale: number;
  /** progress, for people */
  say(line: string): void;
}

/** One row of docs/reference/performance.md. Throws when it cannot be measured at all. */
export interface BenchCase {
  name: string;
  run(context: BenchContext): Promise<CaseResult>;
}
