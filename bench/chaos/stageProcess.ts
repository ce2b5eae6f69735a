/**
 * The stage of a chaos run, in a process of its own so that it can be killed. Arguments: package, data folder, port,
 * seed, which boot this is, file for the faults. Says where it is over IPC. Told 'calm', nothing goes wrong any more; it
 * answers once the last call has taken effect whose caller has gone.
 */
import { appendFileSync } from 'node:fs';
import type { Timer } from 'headrace-emulator';
import { realTimer, startEmulator } from 'headrace-emulator';
import { createFaults } from 'headrace-emulator/faults';
import { z } from 'zod';
import { seededChance } from '../../client/traffic/random.ts';
import { DatabaseTroubles } from './databaseTroubles.ts';
import { everything } from './faultMix.ts';

const [packageDir, dataDir, port, seed, boot, faultsFile] = z
  .tuple([z.string(), z.string(), z.coerce.number(), z.coerce.number(), z.string(), z.string()])
  .parse(process.argv.slice(2));

/** State machines wait seconds and minutes between their tries; here nobody else needs the time. */
const HURRY = 20;

/** Their timeouts come as whole minutes and more, and are left alone; waits are short or, by their jitter, odd. */
const isTimeout = (ms: number): boolean => ms >= 60_000 && ms % 1_000 === 0;

const statesTimer: Timer = {
  now: realTimer.now,
  sleep: (ms, signal) => realTimer.sleep(isTimeout(ms) ? ms : ms / HURRY, signal),
};

// At once and whole, so that the count outlives a SIGKILL.
const note = (fault: object): void => appendFileSync(faultsFile, `${JSON.stringify({ ...fault, boot })}\n`);

const faults = createFaults({
  // Counters begin anew with every boot, and the same faults again would find less.
  seed: `${seed} boot ${boot}`,
  rules: everything(seed),
  // The command line's (client/access.ts), by which a run looks at the stage.
  spared: 'headracecli',
  onFault: (kind, service, operation) => note({ kind, service, operation }),
});
const stage = await startEmulator({ packageDir, dataDir, port, faults, statesTimer });
const troubles = new DatabaseTroubles(stage.databases(), seededChance(seed * 1_000 + Number(boot)), (kind) =>
  note({ kind, service: 'rds' }),
);

const calm = async (): Promise<void> => {
  faults.stop();
  await troubles.stop();
  await faults.settled();
  process.send?.('calm');
};
process.on('message', (message) => {
  if (message === 'calm') void calm();
});
const stop = async (): Promise<void> => {
  await troubles.stop();
  await stage.close();
  process.exit(0);
};
// Whoever started it is gone, or wants it gone.
process.on('disconnect', () => void stop());
if (process.connected) process.send?.({ port: stage.port });
