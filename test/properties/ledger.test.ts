import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { fc } from '../helpers/fastCheck.ts';
import { onceDynamo } from '../helpers/onceDynamo.ts';
import { type Fate, fates, ledgersOn } from './support/fates.ts';
import { HOUR } from './support/readers.ts';
import { type Course, course, runsDependencies } from './support/runs.ts';
import { SAME } from './support/turns.ts';

const folder = mkdtempSync(join(tmpdir(), 'headrace-runs-'));
const dynamo = onceDynamo();
afterAll(() => rmSync(folder, { recursive: true }));

const undisturbed = { force: false, fates: [], afterFailure: 'record' as const, stopsEarly: true };

const counts = () => ({ stale: 0, clean: 0, cleared: 0, deaths: 0 });

/** Plays a course; checks what holds at rest, and that runs which nothing disturbs come to an end with everything. */
const prove = async (one: Course, seen: ReturnType<typeof counts>): Promise<void> => {
  const { broken, ledger, readers, marked, rejectedOf, play, settle } = runsDependencies(
    ledgersOn(dynamo, await dynamo.createLedgerTable()),
    folder,
  );
  const { partitionStates, pendingDays } = ledger;
  await play(one);
  expect(broken).toEqual([]);
  const rested = await partitionStates.entry(HOUR);
  seen[rested?.stale ? 'stale' : 'clean'] += 1;
  if (one.runs.some((run) => run.fates.some((fate) => fate !== 'works'))) seen.deaths += 1;
  // A day that nobody is to come back to has a mart of all that is committed.
  if (rested?.committed && (await pendingDays.list(10)).length === 0) {
    seen.cleared += 1;
    const content = readers.ofBuild(rested.committed.build);
    expect(readers.mart()).toEqual(expect.arrayContaining(content ?? ['nothing']));
  }

  expect(await settle()).toBeLessThan(4);
  expect(broken).toEqual([]);
  const entry = await partitionStates.entry(HOUR);
  expect(entry?.stale).toBe(false);
  const location = readers.location() ?? '';
  expect(location).toContain(`build=${entry?.committed?.build}/`);
  expect(readers.contentOf(location)).toEqual([...marked].sort());
  expect(readers.quarantined()).toEqual(rejectedOf(marked));
  expect(await pendingDays.list(10)).toEqual([]);
  expect([...readers.mart()].sort()).toEqual([...marked].sort());
};

/** Seldom met by chance: a run builds, its lease ends, another builds more and publishes, and only then the first goes on. */
const overtaken: Course = {
  landed: 0,
  landings: [[], []],
  runs: [undisturbed, undisturbed],
  jumps: ['lease'],
  oneName: false,
  choices: [0, 0, SAME, 1, SAME, SAME, 0, SAME, 1, 0, ...Array.from({ length: 30 }, () => SAME)],
};

const NUM_RUNS = 30;

test('the ledger never calls an hour clean that lacks a landed object, never moves readers back, loses no line, has no two owners, and comes to rest', async () => {
  const seen = counts();
  await fc.assert(
    fc.asyncProperty(course, (one) => prove({ ...one, oneName: false }, seen)),
    { numRuns: NUM_RUNS, examples: [[overtaken]] },
  );
  // Both ends were met, disturbances on the way, and days that were done.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(NUM_RUNS / 20);
});

test('it comes to rest with every landed object even if the runs are one execution, its functions invoked twice', async () => {
  await fc.assert(
    fc.asyncProperty(course, (one) => prove({ ...one, oneName: true }, counts())),
    { numRuns: NUM_RUNS / 2 },
  );
});

/** Runs after all that lands. */
const alone: Course = { landed: 2, landings: [], runs: [], jumps: [], oneName: false, choices: [] };

/** A run that nothing else disturbs makes fewer calls. */
const CALLS = 48;

test('whichever of its calls a run dies after, the next ones end with everything', async () => {
  for (let call = 0; call < CALLS; call += 1) {
    const fates: Fate[] = [...Array.from({ length: call }, () => 'works' as const), 'dies after'];
    const dying = { ...undisturbed, fates, afterFailure: 'stop' as const, stopsEarly: false };
    await prove({ ...alone, runs: [dying] }, counts());
  }
});

test.each(fates)('a run of which every third call meets the fate "%s" loses nothing', async (fate) => {
  const often: Fate[] = Array.from({ length: 60 }, (_, at) => (at % 3 === 2 ? fate : 'works'));
  const run = { ...undisturbed, fates: often, afterFailure: 'retry' as const, stopsEarly: false };
  await prove({ ...alone, runs: [run, run] }, counts());
});
