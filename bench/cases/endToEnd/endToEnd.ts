import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForLanding } from '../../../client/landing.ts';
import { seededChance } from '../../../client/traffic/random.ts';
import type { BenchCase } from '../../harness/case.ts';
import { shopEvents } from '../../harness/events.ts';
import { type Part, part } from '../../harness/report.ts';
import { sender } from '../../harness/send.ts';
import { type BenchStage, withStage } from '../../harness/stage.ts';
import { quantile } from '../../harness/statistics.ts';
import { runEtl, watchCurated } from './curated.ts';
import { watchRaw } from './landed.ts';

const SEED = 9;
const SECONDS = 15;
const REQUESTS_A_SECOND = 20;
const RATES = [50, 500, 2_000] as const;

/** resources/params.yml, stage local: how long Lambda gathers records. */
const WINDOW_MS = 1_000;

/** Events at an even rate; each says in `event_time` when it was sent. */
const traffic = async (stage: BenchStage, rate: number, seconds: number): Promise<number> => {
  const send = sender(stage.endpoint, stage.writeKey, 16);
  const events = shopEvents(seededChance(SEED + rate), Date.now(), 3_600_000);
  const began = performance.now();
  const sending: Promise<void>[] = [];
  for (let sent = 0; sent < seconds * REQUESTS_A_SECOND; sent += 1) {
    await sleep(Math.max(0, began + (sent * 1_000) / REQUESTS_A_SECOND - performance.now()));
    const event_time = new Date().toISOString();
    const batch = Array.from({ length: Math.round(rate / REQUESTS_A_SECOND) }, () => ({
      ...events.next().value,
      event_time,
    }));
    sending.push(send(Buffer.from(JSON.stringify(batch))));
  }
  await Promise.all(sending);
  send.close();
  return seconds * REQUESTS_A_SECOND * Math.round(rate / REQUESTS_A_SECOND);
};

/** Sends, waits until all of it is in raw/, and says so to those who watch; also when it fails. */
const trafficUntilLanded = async (
  stage: BenchStage,
  rate: number,
  seconds: number,
  landed: AbortController,
): Promise<number> => {
  try {
    const sent = await traffic(stage, rate, seconds);
    await waitForLanding(stage, new AbortController().signal);
    return sent;
  } finally {
    landed.abort();
  }
};

const ofRate = async (stage: BenchStage, rate: number, seconds: number): Promise<Part[]> => {
  const landed = new AbortController();
  const since = Date.now();
  const [sent, rawMs, curatedMs] = await Promise.all([
    trafficUntilLanded(stage, rate, seconds, landed),
    watchRaw(stage, since, landed.signal),
    watchCurated(stage, since, landed.signal),
  ]);
  for (const [what, found] of [
    ['raw', rawMs.length],
    ['curated', curatedMs.length],
  ] as const)
    if (found !== sent) throw new Error(`${sent} events were sent, and ${found} are ${what}.`);
  const of = (what: string, q: number, values: readonly number[], limitMs?: number): Part =>
    part({
      of: `event → ${what} at ${rate.toLocaleString('en-US')} events/s, p${q * 100}`,
      measured: { what: 'on the emulator', unit: 'ms', values: [quantile(values, q)] },
      ...(limitMs === undefined
        ? {}
        : { aim: { says: `≤ batch window + 1 s`, met: ({ median }) => median <= limitMs } }),
      note: `${values.length.toLocaleString('en-US')} events`,
    });
  return [
    of('queryable raw', 0.95, rawMs, WINDOW_MS + 1_000),
    of('queryable raw', 0.5, rawMs),
    of('curated', 0.5, curatedMs),
    of('curated', 0.95, curatedMs),
  ];
};

/** From a client's clock to SQL, with the ETL running back to back: a schedule would add its own period. */
export const endToEnd: BenchCase = {
  name: 'end to end',
  async run({ packageDir, workDir, scale, say }) {
    const seconds = Math.max(2, Math.round(SECONDS * scale));
    return withStage(packageDir, join(workDir, 'end-to-end'), async (stage) => {
      say('starting every function once');
      await traffic(stage, 100, 2);
      await waitForLanding(stage, new AbortController().signal);
      await runEtl(stage);
      const parts: Part[] = [];
      for (const rate of RATES) {
        say(`${rate} events/s`);
        parts.push(...(await ofRate(stage, rate, seconds)));
      }
      return { parts };
    });
  },
};
