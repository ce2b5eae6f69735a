import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DynamoLedger } from '../../src/aws/ledger.ts';
import { type LocalDynamo, startDynamo } from '../helpers/dynamo.ts';
import { createFakeLedger } from '../helpers/fakes.ts';
import { type Course, course, gated, HOUR, type LedgerFor, runsDependencies } from './support/runs.ts';
import { SAME } from './support/turns.ts';

fc.configureGlobal({ seed: 20261101 });

const folder = mkdtempSync(join(tmpdir(), 'headrace-runs-'));
let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(async () => {
  await dynamo.stop();
  rmSync(folder, { recursive: true });
});

/** In memory: one call of the ledger is one step. */
const inMemory = async (): Promise<LedgerFor> => {
  let made: ReturnType<typeof createFakeLedger> | undefined;
  return (gate, now) => {
    made ??= createFakeLedger({ now });
    return gate === undefined ? made : gated(made, gate);
  };
};

/** In DynamoDB: every single request is a step, so that a commit can be cut in the middle. */
const inDynamo = async (): Promise<LedgerFor> => {
  const table = await dynamo.createLedgerTable();
  return (gate, now) => {
    if (gate === undefined) return new DynamoLedger(dynamo.client, table, { now });
    const { endpoint } = dynamo;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
    client.middlewareStack.add((next) => (args) => gate(() => next(args)), { step: 'initialize' });
    return new DynamoLedger(client, table, { now });
  };
};

const undisturbed = { force: false, fates: [], afterDeath: 'record' as const, marts: false };

/** Seldom met by chance: a run builds, its lease ends, another builds more and publishes, and only then the first goes on. */
const overtaken: Course = {
  landings: 2,
  runs: [undisturbed, undisturbed],
  timePasses: 1,
  oneName: false,
  choices: [0, SAME, 1, SAME, SAME, SAME, 0, SAME, 1, 0, ...Array.from({ length: 20 }, () => SAME)],
};

describe.each([
  ['in memory', inMemory, 400],
  ['in DynamoDB', inDynamo, 10],
] as const)('the ledger %s, with landings, runs, deaths and leases in any order', (_where, make, numRuns) => {
  const prove = async (
    one: Course,
    seen: { stale: number; clean: number; deaths: number; cleared: number },
  ): Promise<void> => {
    const dependencies = runsDependencies(await make(), folder);
    await dependencies.play(one);
    expect(dependencies.broken).toEqual([]);
    seen[(await dependencies.ledger.entry(HOUR))?.stale ? 'stale' : 'clean'] += 1;
    // A day that nobody is to come back to has a mart of all that is committed.
    const days = await dependencies.ledger.pendingDays(10);
    const committed = (await dependencies.ledger.entry(HOUR))?.committed;
    if (committed && days.length === 0) {
      seen.cleared += 1;
      const content = dependencies.contentOf(
        `s3://lake/events/dt=2026-11-01/hr=05/build=${committed.build}/`,
      );
      expect(dependencies.mart()).toEqual(expect.arrayContaining(content ?? ['nothing']));
    }
    seen.deaths += one.runs.filter(({ fates }) => fates.some((fate) => fate !== 'works')).length;

    await dependencies.settle();
    expect(dependencies.broken).toEqual([]);
    const entry = await dependencies.ledger.entry(HOUR);
    expect(entry?.stale).toBe(false);
    const location = dependencies.catalog.partitions.get('events/2026-11-01/05') ?? '';
    expect(location).toContain(`build=${entry?.committed?.build}/`);
    expect(dependencies.contentOf(location)).toEqual([...dependencies.marked].sort());
    expect(dependencies.quarantined()).toEqual(dependencies.rejectedOf(dependencies.marked));
    expect(await dependencies.ledger.pendingDays(10)).toEqual([]);
    expect([...dependencies.mart()].sort()).toEqual([...dependencies.marked].sort());
  };

  test('never calls an hour clean that lacks a landed object, never moves readers back, loses no line, and comes to rest', async () => {
    const seen = { stale: 0, clean: 0, deaths: 0, cleared: 0 };
    await fc.assert(
      fc.asyncProperty(course, (one) => prove({ ...one, oneName: false }, seen)),
      { numRuns, examples: [[overtaken]] },
    );
    // Both ends were met, deaths on the way, and days that were done.
    expect(Math.min(seen.stale, seen.clean, seen.deaths, seen.cleared)).toBeGreaterThan(numRuns / 20);
  });

  test('comes to rest with every landed object even if the runs are one execution, its functions invoked twice', async () => {
    const seen = { stale: 0, clean: 0, deaths: 0, cleared: 0 };
    await fc.assert(
      fc.asyncProperty(course, (one) => prove({ ...one, oneName: true }, seen)),
      { numRuns: numRuns / 2 },
    );
  });
});
