import { requestBodies } from '../../harness/events.ts';
import type { Prepare } from '../../harness/sample.ts';
import { collectorOptions } from './collectorSide.ts';

/** The machine's limit: each body read and written once. */
export const prepare: Prepare = async (given) => {
  const { seed, batch, requests, bodies } = collectorOptions.parse(given);
  const texts = requestBodies(seed, batch, bodies);
  return async () => {
    let written = 0;
    for (let at = 0; at < requests; at += 1)
      written += JSON.stringify(JSON.parse(texts[at % texts.length] ?? '')).length;
    return { events: requests * batch, written };
  };
};
