import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from './failure.ts';
import { seconds } from './format.ts';

const PATIENCE_MS = 120_000;

/** Waits until the event source mappings of the emulator have worked off everything the streams hold. */
export const waitForLanding = async (
  stage: { endpoint: string },
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<void> => {
  const late = new AbortController();
  const landed = fetch(`${stage.endpoint}/_emulator/mappings?wait=idle`, {
    signal: AbortSignal.any([signal, late.signal]),
  });
  // Given up, it rejects when nobody looks any more.
  landed.catch(() => undefined);
  try {
    const first = await Promise.race([landed, sleep(patienceMs, 'late' as const, { signal: late.signal })]);
    if (first === 'late')
      throw new CliError(
        `Events are still waiting in the stream after ${seconds(patienceMs)}.`,
        'Look at logs/ under the data folder: landing may be failing.',
      );
  } finally {
    late.abort();
  }
};
