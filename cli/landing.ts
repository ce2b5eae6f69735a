import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from './failure.ts';

const PATIENCE_MS = 120_000;

/** Waits until the event source mappings of the local stage have worked off everything the streams hold. */
export const waitForLanding = async (stage: { endpoint: string }, signal: AbortSignal): Promise<void> => {
  const landed = fetch(`${stage.endpoint}/_headrace/mappings?wait=idle`, { signal });
  const late = new AbortController();
  try {
    const first = await Promise.race([landed, sleep(PATIENCE_MS, 'late' as const, { signal: late.signal })]);
    if (first === 'late')
      throw new CliError(
        'Events are still waiting in the stream after two minutes.',
        'Look at logs/ under the data folder: landing may be failing.',
      );
  } finally {
    late.abort();
  }
};
