import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { expect, test } from '@jest/globals';
import { graphOf } from '../../../cli/console/graph.ts';
import { reachedBy } from '../../../cli/console/reached.ts';
import { entryOfRun, runbookEntry } from '../../../cli/console/runbook.ts';

const machine = JSON.stringify({
  StartAt: 'Plan',
  States: {
    Plan: { Type: 'Task', Comment: 'what to do', Catch: [{ Next: 'Failed' }], Next: 'Work?' },
    'Work?': { Type: 'Choice', Choices: [{ Next: 'Each' }, { Next: 'Each' }], Default: 'Idle' },
    Idle: { Type: 'Succeed' },
    Each: {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Build', States: { Build: { Type: 'Task', End: true } } },
      Next: 'Idle',
    },
    Failed: { Type: 'Fail' },
  },
});

test('the graph of a machine has its states, those within a Map, and each way once', () => {
  const { states, edges } = graphOf(machine);
  expect(states.map(({ name, within }) => [name, within])).toEqual([
    ['Plan', null],
    ['Work?', null],
    ['Idle', null],
    ['Each', null],
    ['Failed', null],
    ['Build', 'Each'],
  ]);
  expect(states[0]).toMatchObject({ type: 'Task', comment: 'what to do' });
  expect(edges).toEqual([
    { from: 'Plan', to: 'Work?', kind: 'next' },
    { from: 'Plan', to: 'Failed', kind: 'catch' },
    { from: 'Work?', to: 'Idle', kind: 'next' },
    { from: 'Work?', to: 'Each', kind: 'next' },
    { from: 'Each', to: 'Idle', kind: 'next' },
  ]);
});

const at = (second: number) => new Date(Date.UTC(2026, 10, 1, 5, 0, second));

const history: HistoryEvent[] = [
  { id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: at(0) },
  {
    id: 2,
    previousEventId: 0,
    type: 'TaskStateEntered',
    timestamp: at(0),
    stateEnteredEventDetails: { name: 'Plan' },
  },
  {
    id: 3,
    previousEventId: 2,
    type: 'TaskFailed',
    timestamp: at(1),
    taskFailedEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      error: 'Throttled',
      cause: 'slow down',
    },
  },
  {
    id: 4,
    previousEventId: 3,
    type: 'TaskStateExited',
    timestamp: at(2),
    stateExitedEventDetails: { name: 'Plan' },
  },
  {
    id: 5,
    previousEventId: 4,
    type: 'MapStateEntered',
    timestamp: at(2),
    stateEnteredEventDetails: { name: 'Each' },
  },
  {
    id: 6,
    previousEventId: 5,
    type: 'MapStateStarted',
    timestamp: at(2),
    mapStateStartedEventDetails: { length: 3 },
  },
];

test('a run has left what it was tried for again, and is in the state that it has not left', () => {
  expect(reachedBy(history, 'RUNNING')).toEqual([
    {
      ...{ name: 'Plan', status: 'succeeded', entered: 1, left: 1, ms: 2_000, items: null },
      errors: ['Throttled: slow down'],
    },
    {
      ...{ name: 'Each', status: 'running', entered: 1, left: 0, ms: 0 },
      items: { ended: 0, total: 3 },
      errors: [],
    },
  ]);
});

test('a run that has failed did so in the state that it has not left', () => {
  expect(reachedBy(history, 'FAILED').map(({ name, status }) => [name, status])).toEqual([
    ['Plan', 'succeeded'],
    ['Each', 'failed'],
  ]);
});

test.each([
  ['etl', 'TIMED_OUT', '', 'etl-timed-out'],
  ['backfill', 'ABORTED', '', 'backfill-aborted'],
  ['etl', 'FAILED', 'CheckFailed', 'checks-failed'],
  ['etl', 'FAILED', 'BalanceBroken', 'imbalance'],
  ['etl', 'FAILED', 'Athena.AthenaException', 'queries-failed'],
  ['etl', 'FAILED', 'NothingBuilt', 'partitions-failed'],
  ['backfill', 'FAILED', 'Transient', 'backfill-failed'],
] as const)(
  'a run of %s that ended as %s %s is told with the entry %s of the runbook',
  (name, status, error, entry) => {
    const found = entryOfRun(name, { status, error, cause: '' });
    expect(found?.name).toBe(entry);
    expect(found?.text).toMatch(/^- \*\*Means:\*\* [\s\S]*\*\*Mend:\*\*/);
  },
);

test('an alarm that a window declares has no entry', () => {
  expect(runbookEntry('window-orders')).toBeNull();
});
