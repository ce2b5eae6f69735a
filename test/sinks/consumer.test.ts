import { expect, test } from '@jest/globals';
import { answerOf, type Consumer, consume } from '../../src/sinks/consumer.ts';
import { createFakeStore } from '../helpers/fakes.ts';
import { aRecord, lineOf } from '../helpers/records.ts';

/** Takes every event but those of a name, as a database might. */
const choosy = (quarantinesLines: boolean): Consumer => ({
  name: 'choosy',
  quarantinesLines,
  take: async ({ events }) => ({
    rejected: events
      .filter((event) => event.parse().event_name === 'odd')
      .map((event) => ({ event, reason: 'invalid_event', detail: 'It is odd.' })),
  }),
});

const odd = lineOf({ event_name: 'odd', properties: { big: 1 } }).replace(':1}', ':9007199254740993}');
const batch = [aRecord('100', [lineOf(), 'no json']), aRecord('101', [odd])];
const KEY = 'quarantine/dt=2026-11-01/hr=05/choosy.shardId-000000000003-100-n1.ndjson.gz';

test('an event that a consumer rejects lies in quarantine under its name, with the reason and every digit', async () => {
  const store = createFakeStore();
  const consumed = await consume(batch, choosy(false), store);

  expect(consumed).toMatchObject({ quarantined: 1, quarantineKeys: [KEY], failures: [], retryFrom: null });
  expect(store.keys()).toEqual([KEY]);
  expect(JSON.parse(store.text(KEY))).toEqual({
    reason: 'invalid_event',
    detail: 'It is odd.',
    raw: odd,
    source: 'shop',
    received_at: '2026-11-01T05:10:01.000Z',
    sequence: '101',
  });
});

test('lines that are no events are brought to quarantine by the consumer that is to do so, and by no other', async () => {
  const store = createFakeStore();
  await consume(batch, choosy(true), store);

  expect(store.keys()).toEqual([
    'quarantine/dt=2026-11-01/hr=05/shardId-000000000003-100-n1.ndjson.gz',
    'quarantine/dt=2026-11-01/hr=06/shardId-000000000003-100-n1.ndjson.gz',
  ]);
});

test('a quarantine that cannot be written has the batch repeated from the rejected event', async () => {
  const store = createFakeStore();
  store.effects.failOn(/put quarantine/, new Error('SlowDown'));
  const { retryFrom, failures } = await consume(batch, choosy(false), store);

  expect(failures).toEqual([{ record: 1, what: `put ${KEY}`, error: new Error('SlowDown') }]);
  expect(answerOf({ retryFrom })).toEqual({ batchItemFailures: [{ itemIdentifier: '101' }] });
});

test('what a consumer throws is thrown on: the whole batch comes again', async () => {
  const broken: Consumer = { name: 'broken', take: () => Promise.reject(new Error('gone')) };
  await expect(consume(batch, broken, createFakeStore())).rejects.toThrow('gone');
});
