import type { z } from 'zod';
import type { Calls, Progress } from '../../console/contract.ts';
import type { ConsoleStage } from './stage.ts';

export interface About {
  /** aborted when the page does not wait any longer */
  signal: AbortSignal;
  progress(progress: Progress): void;
}

/** One thing that the page may ask. Throws CliError for what the person before the page can act on. */
export interface Call<Name extends keyof Calls> {
  input: z.ZodType<Calls[Name]['input']>;
  run(stage: ConsoleStage, input: Calls[Name]['input'], about: About): Promise<Calls[Name]['result']>;
}
