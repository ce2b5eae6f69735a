import { expect, test } from '@jest/globals';
import { failureInput, recordFailure } from '../../src/etl/failing.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const { effects, clock, store, ledger } = eachFakePorts();

const record = (input: unknown) => recordFailure(failureInput.parse(input), { store, ...ledger, clock });

/** As Step Functions gives the failure of a Lambda. */
const cause = JSON.stringify({
  errorType: 'RawObjectDamaged',
  errorMessage: 'raw/dt=2026-11-01/… ends early: restore it',
  trace: ['RawObjectDamaged: …', '    at build (file:///var/task/build.mjs:1:2)'],
});

test("a partition's failure is written down, then its lock given back, so that the next run can try", async () => {
  const input = {
    execution: 'run-1',
    partition: '2026-11-01T05',
    error: { Error: 'RawObjectDamaged', Cause: cause },
  };

  expect(await record(input)).toEqual({
    partition: '2026-11-01T05',
    failed: true,
    error: 'RawObjectDamaged',
    cause: 'raw/dt=2026-11-01/… ends early: restore it',
  });
  expect(effects.list).toEqual([
    'recordFailure 2026-11-01T05 RawObjectDamaged',
    'unlock 2026-11-01T05 run-1',
  ]);
  expect((await ledger.partitionStates.entry('2026-11-01T05'))?.lastFailure).toEqual({
    error: 'RawObjectDamaged',
    cause: 'raw/dt=2026-11-01/… ends early: restore it',
    at: '2026-11-01T12:00:00.000Z',
    execution: 'run-1',
  });
});

test("another run's lock is not given back", async () => {
  await ledger.partitionStates.lock('2026-11-01T05', 'run-2', clock.now(), 1_000);
  await record({ execution: 'run-1', partition: '2026-11-01T05', error: { Error: 'Conflict', Cause: '' } });

  // Nor is that a failure of the hour: what comes of it is the other run's to say.
  expect((await ledger.partitionStates.entry('2026-11-01T05'))?.lastFailure).toBeNull();
  await expect(
    ledger.partitionStates.lock('2026-11-01T05', 'run-3', clock.now(), 1_000),
  ).rejects.toMatchObject({
    name: 'Conflict',
  });
});

test('the failure of a whole run becomes its report', async () => {
  await record({ execution: 'run-1', error: { Error: 'CheckFailed', Cause: 'Check unique_ids found rows' } });

  expect(effects.list).toEqual(['put reports/run-1.json']);
  expect(JSON.parse(store.text('reports/run-1.json'))).toEqual({
    execution: 'run-1',
    status: 'FAILED',
    error: 'CheckFailed',
    cause: 'Check unique_ids found rows',
    finishedAt: '2026-11-01T12:00:00.000Z',
  });
});

test.each([
  ['a timeout, which has no cause', { Error: 'States.Timeout' }, ''],
  ['a cause that is not JSON', { Error: 'X', Cause: 'went wrong' }, 'went wrong'],
  ['JSON without a message', { Error: 'X', Cause: '{"a":1}' }, '{"a":1}'],
  ['a cause of a megabyte', { Error: 'X', Cause: 'x'.repeat(1_000_000) }, `${'x'.repeat(298)} …`],
])('%s is taken as it is', async (_what, error, expected) => {
  expect((await record({ execution: 'run-1', error })).cause).toBe(expected);
});

const causeOf = async (Cause: string) =>
  (await record({ execution: 'run-1', error: { Error: 'States.TaskFailed', Cause } })).cause;

test.each([
  [
    'the JSON of a function, behind words of the machine',
    `Mart daily_sales: ${cause}`,
    'Mart daily_sales: raw/dt=2026-11-01/… ends early: restore it',
  ],
  [
    'the JSON of a query that Step Functions has cut off',
    'Check publishedHours did not run: {"Query":"SELECT 1","Status":{"StateChangeReason":"COLUMN_NOT_FOUND: line 1:8 \\"x\\"","Sta',
    'Check publishedHours did not run: COLUMN_NOT_FOUND: line 1:8 "x"',
  ],
  [
    'the JSON of a run whose own cause is JSON again',
    JSON.stringify({ ExecutionArn: 'arn:aws:states:::execution:etl:1', Status: 'FAILED', Cause: cause }),
    'raw/dt=2026-11-01/… ends early: restore it',
  ],
  ['a sentence with braces', 'Give {} for everything that is stale', 'Give {} for everything that is stale'],
])('the cause that is kept is the sentence in %s', async (_, given, kept) => {
  expect(await causeOf(given)).toBe(kept);
});

test('a long cause ends between words, and says that there was more', async () => {
  const kept = await causeOf('word '.repeat(100));
  expect(kept).toHaveLength(296);
  expect(kept.endsWith('word …')).toBe(true);
});
