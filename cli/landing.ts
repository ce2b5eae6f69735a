import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { LocalStage } from './access.ts';
import { CliError } from './failure.ts';

const mappings = z.object({ mappings: z.array(z.looseObject({ idle: z.boolean() })) });

const POLL_MS = 100;
const PATIENCE_MS = 120_000;

/** Waits until the local stage's event source mappings have worked off everything the streams hold. */
export const waitForLanding = async (stage: LocalStage, signal?: AbortSignal): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const response = await fetch(`${stage.endpoint}/_headrace/mappings`, signal ? { signal } : {});
    const state = mappings.parse(await response.json());
    if (state.mappings.every((mapping) => mapping.idle)) return;
    if (Date.now() > deadline)
      throw new CliError(
        'Events are still waiting in the stream after two minutes.',
        'Look at land.log under the data folder: landing may be failing.',
      );
    await sleep(POLL_MS, undefined, signal ? { signal } : {});
  }
};
