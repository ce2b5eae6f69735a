import { expect, test } from '@jest/globals';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { aRecord, kinesisEventOf, lineOf } from '../helpers/records.ts';

const dependencies = lambdaDependencies(() => import('../../functions/windows.ts'));

const ofWindow = (more: object = {}) => ({
  window: { start: '2026-11-01T05:10:00Z', end: '2026-11-01T05:11:00Z' },
  state: {},
  shardId: 'shardId-000000000003',
  eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
  isFinalInvokeForWindow: false,
  isWindowTerminatedEarly: false,
  ...more,
});

test('a batch becomes a state, the last call an object, and a line and metrics say so', async () => {
  const batch = kinesisEventOf([aRecord('100', [lineOf(), lineOf({ event_id: 'e2' })])]);
  const answer = await dependencies.call({ ...batch, ...ofWindow() });
  expect(answer).toMatchObject({ state: { first: '100', last: '100', events: 2 } });
  expect(await dependencies.store.list('')).toEqual([]);

  const last = { Records: [], ...ofWindow({ ...Object(answer), isFinalInvokeForWindow: true }) };
  expect(await dependencies.call(last)).toEqual({ state: {} });
  const [object] = await dependencies.store.list('live/');
  expect(object?.key).toMatch(/^live\/dt=2026-11-01\/051000-shardId-000000000003-0+100\.tsv$/);
  expect(dependencies.logged()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ message: 'window', key: object?.key, events: 2 }),
      expect.objectContaining({ EventsInWindows: 2 }),
    ]),
  );
});

test('an event without a window is refused with what it lacks', async () => {
  await expect(dependencies.call({ Records: [] })).rejects.toThrow(/window/);
});
