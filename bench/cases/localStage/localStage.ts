import { join } from 'node:path';
import { waitForLanding } from '../../../cli/landing.ts';
import type { BenchCase } from '../../harness/case.ts';
import { requestBodies } from '../../harness/events.ts';
import { type FigureInput, part } from '../../harness/report.ts';
import { sender } from '../../harness/send.ts';
import { type BenchStage, withStage } from '../../harness/stage.ts';

const SEED = 3;
const EVENTS = 1_000_000;
const BATCH = 500;
const BODIES = 100;
const CLIENTS = 4;
/** Rates and memory are taken this often: their spread says how even they were. */
const STEPS = 5;

/** Sends so many requests as fast as they are answered, then waits until all is in raw/. */
const wave = async (
  stage: BenchStage,
  send: (body: Buffer) => Promise<void>,
  bodies: readonly Buffer[],
  requests: number,
): Promise<number> => {
  const began = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    for (let at = next++; at < requests; at = next++)
      await send(bodies[at % bodies.length] ?? Buffer.alloc(0));
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await waitForLanding(stage, new AbortController().signal);
  return performance.now() - began;
};

/** How much traffic the stage on a laptop takes, and what it costs in memory. */
export const localStage: BenchCase = {
  name: 'local stage',
  async run({ packageDir, workDir, scale, say }) {
    const bodies = requestBodies(SEED, BATCH, BODIES).map((body) => Buffer.from(body));
    const requests = Math.max(1, Math.round((EVENTS * scale) / BATCH / STEPS));
    return withStage(packageDir, join(workDir, 'local-stage'), async (stage) => {
      const send = sender(stage.endpoint, stage.writeKey, CLIENTS);
      const rates: number[] = [];
      const memory: number[] = [];
      for (let step = 0; step < STEPS; step += 1) {
        const ms = await wave(stage, send, bodies, requests);
        rates.push((requests * BATCH * 1_000) / ms);
        memory.push((stage.rssBytes() ?? Number.NaN) / 2 ** 20);
        say(
          `${((step + 1) * requests * BATCH).toLocaleString('en-US')} events, ${Math.round(rates.at(-1) ?? 0)} events/s, ${Math.round(memory.at(-1) ?? 0)} MB`,
        );
      }
      send.close();
      const total = (STEPS * requests * BATCH).toLocaleString('en-US');
      const first: FigureInput = { what: `after a fifth of them`, unit: 'MB', values: memory.slice(0, 1) };
      return {
        parts: [
          part({
            of: `HTTP in → landed, ${total} events in batches of ${BATCH}`,
            measured: { what: 'the stage and its clients on all cores', unit: 'events/s', values: rates },
            aim: { says: '≥ 5,000 events/s', met: ({ median }) => median >= 5_000 },
          }),
          part({
            of: `memory after ${total} events, the stage and its functions`,
            measured: { what: 'after all of them', unit: 'MB', values: memory.slice(-1) },
            against: first,
            aim: { says: 'flat (≤ 1.2×)', met: ({ ratio }) => ratio <= 1.2 },
          }),
        ],
      };
    });
  },
};
