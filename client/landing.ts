import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from './failure.ts';
import { seconds } from './format.ts';

const PATIENCE_MS = 120_000;

/** Waits until `land` has worked off everything that the stream holds, however slow other consumers are. */
export const waitForLanding = async (
  stage: { endpoint: string },
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<void> => {
  await waitFor(stage, 'mappings?wait=idle&function=headrace-local-land', signal, patienceMs);
};

/** Waits for every consumer of the stream. Windows that are open end early then, and leave their parts. */
export const waitForConsumers = async (stage: { endpoint: string }, signal: AbortSignal): Promise<void> => {
  await waitFor(stage, 'mappings?wait=idle', signal, PATIENCE_MS);
};

/** Waits until Firehose has delivered all that the stream holds. The answer says which delivery streams there are. */
export const waitForDeliveries = (stage: { endpoint: string }, signal: AbortSignal): Promise<string> =>
  waitFor(stage, 'deliveries?wait=idle', signal, PATIENCE_MS);

const waitFor = async (
  stage: { endpoint: string },
  path: string,
  signal: AbortSignal,
  patienceMs: number,
): Promise<string> => {
  const late = new AbortController();
  const landed = fetch(`${stage.endpoint}/_emulator/${path}`, {
    signal: AbortSignal.any([signal, late.signal]),
  }).then((answer) => answer.text());
  // Given up, it rejects when nobody looks any more.
  landed.catch(() => undefined);
  try {
    const first = await Promise.race([landed, sleep(patienceMs, 'late' as const, { signal: late.signal })]);
    if (first === 'late')
      throw new CliError(
        `Events are still waiting in the stream after ${seconds(patienceMs)}.`,
        'Look at logs/ under the data folder: landing may be failing.',
      );
    return first;
  } finally {
    late.abort();
  }
};
