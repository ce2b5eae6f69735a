import { join } from 'node:path';
import { waitForLanding } from '../../../client/landing.ts';
import type { BenchCase } from '../../harness/case.ts';
import { requestBodies } from '../../harness/events.ts';
import { type Part, part } from '../../harness/report.ts';
import { sender } from '../../harness/send.ts';
import { type BenchStage, type Memory, withStage } from '../../harness/stage.ts';

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

const MEGABYTE = 2 ** 20;

/** After all of the traffic, against a fifth of it. */
const grown = (of: string, mb: readonly number[]): Part =>
  part({
    of,
    measured: { what: 'after all of them', unit: 'MB', values: mb.slice(-1) },
    against: { what: 'after a fifth of them', unit: 'MB', values: mb.slice(0, 1) },
    aim: { says: 'flat (≤ 1.2×)', met: ({ ratio }) => ratio <= 1.2 },
  });

/** How much traffic the stage on a laptop takes, and what it costs in memory. */
export const emulator: BenchCase = {
  name: 'emulator',
  async run({ packageDir, workDir, scale, say }) {
    const bodies = requestBodies(SEED, BATCH, BODIES).map((body) => Buffer.from(body));
    const requests = Math.max(1, Math.round((EVENTS * scale) / BATCH / STEPS));
    return withStage(packageDir, join(workDir, 'local-stage'), async (stage) => {
      const send = sender(stage.endpoint, stage.writeKey, CLIENTS);
      const rates: number[] = [];
      const memory: Memory[] = [];
      for (let step = 0; step < STEPS; step += 1) {
        const ms = await wave(stage, send, bodies, requests);
        rates.push((requests * BATCH * 1_000) / ms);
        const taken = stage.memory() ?? { rss: Number.NaN, pss: Number.NaN };
        memory.push(taken);
        say(
          `${((step + 1) * requests * BATCH).toLocaleString('en-US')} events, ${Math.round(rates.at(-1) ?? 0)} events/s, ${Math.round(taken.rss / MEGABYTE)} MB, each page once ${Math.round(taken.pss / MEGABYTE)} MB`,
        );
      }
      send.close();
      const total = (STEPS * requests * BATCH).toLocaleString('en-US');
      return {
        parts: [
          part({
            of: `HTTP in → landed, ${total} events in batches of ${BATCH}`,
            measured: { what: 'the stage and its clients on all cores', unit: 'events/s', values: rates },
            aim: { says: '≥ 5,000 events/s', met: ({ median }) => median >= 5_000 },
          }),
          grown(
            `memory after ${total} events, the stage and its functions`,
            memory.map(({ rss }) => rss / MEGABYTE),
          ),
          grown(
            `memory after ${total} events, each page counted once`,
            memory.map(({ pss }) => pss / MEGABYTE),
          ),
        ],
      };
    });
  },
};
