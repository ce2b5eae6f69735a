import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { expect, test } from '@jest/globals';
import { createHistory, type Step } from '../../client/executionHistory.ts';

/** Events in order, each with the number of the one before it and a second of the clock. */
const told = (...events: [number, Partial<HistoryEvent>][]): Step[] => {
  const steps: Step[] = [];
  const history = createHistory((step) => steps.push(step));
  for (const [index, [previousEventId, event]] of events.entries())
    history.add({
      type: undefined,
      id: index + 1,
      previousEventId,
      timestamp: new Date(index * 1000),
      ...event,
    });
  expect(history.seen()).toBe(events.length);
  return steps;
};

const entered = (name: string): Partial<HistoryEvent> => ({ stateEnteredEventDetails: { name } });
const left = (name: string): Partial<HistoryEvent> => ({ stateExitedEventDetails: { name } });

test('a state is told when it is entered, and with its time when it is left', () => {
  expect(told([0, {}], [1, entered('Plan')], [2, {}], [3, {}], [4, left('Plan')])).toEqual([
    { kind: 'entered', state: 'Plan', within: false },
    { kind: 'left', state: 'Plan', within: false, ms: 3000 },
  ]);
});

test('the items of a Map are counted as they end, whether they succeed or not', () => {
  expect(
    told(
      [0, entered('Build')],
      [1, { mapStateStartedEventDetails: { length: 2 } }],
      [2, { mapIterationStartedEventDetails: { name: 'Build', index: 0 } }],
      [2, { mapIterationStartedEventDetails: { name: 'Build', index: 1 } }],
      [4, entered('Publish')],
      [3, entered('Publish')],
      [5, left('Publish')],
      [7, { mapIterationSucceededEventDetails: { name: 'Build', index: 1 } }],
      [6, { mapIterationFailedEventDetails: { name: 'Build', index: 0 } }],
      [9, left('Build')],
      [10, entered('Report')],
    ),
  ).toEqual([
    { kind: 'entered', state: 'Build', within: false },
    { kind: 'map', state: 'Build', total: 2 },
    { kind: 'entered', state: 'Publish', within: true },
    { kind: 'entered', state: 'Publish', within: true },
    { kind: 'left', state: 'Publish', within: true, ms: 1000 },
    { kind: 'iteration', state: 'Build', ended: 1, total: 2 },
    { kind: 'iteration', state: 'Build', ended: 2, total: 2 },
    { kind: 'left', state: 'Build', within: false, ms: 9000 },
    { kind: 'entered', state: 'Report', within: false },
  ]);
});

test('a failure is told where it happened, in the words of the function', () => {
  const cause = JSON.stringify({ errorMessage: 'the hour is damaged', trace: [] });
  expect(
    told(
      [0, entered('Build')],
      [
        1,
        { taskFailedEventDetails: { error: 'Damaged', cause, resourceType: 'lambda', resource: 'invoke' } },
      ],
    ),
  ).toContainEqual({ kind: 'failed', state: 'Build', reason: 'Damaged: the hour is damaged' });
});
