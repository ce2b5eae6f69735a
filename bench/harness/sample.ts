import { z } from 'zod';

/** One run of one side, measured in its own process. */
export const sample = z.object({
  wallMs: z.number(),
  /** of all threads of the process; what other programs take of the machine is not in it */
  cpuMs: z.number(),
  peakRssBytes: z.number(),
  /** what the side itself has counted or timed */
  figures: z.record(z.string(), z.number()),
});

export type Sample = z.infer<typeof sample>;

/** One run of a side's work. */
export type Run = () => Promise<Record<string, number>>;

/** What a side's module exports: makes ready what is not to be measured. `options` come from its case as JSON. */
export type Prepare = (options: unknown) => Promise<Run>;
