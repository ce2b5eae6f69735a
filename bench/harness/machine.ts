import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What the figures were taken on. `load`: processes that wanted a core in the minute before, on average. */
export const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  load: Number((loadavg()[0] ?? 0).toFixed(1)),
});
