import { describe, expect, test } from '@jest/globals';
import { countsOf } from '../../../client/windows/parts.ts';
import { consume } from '../../../src/sinks/consumer.ts';
import { StreamedEvent } from '../../../src/sinks/streamBatch.ts';
import { counterOf } from '../../../src/sinks/windows/counting.ts';
import { FULL_BYTES, windowsConsumer } from '../../../src/sinks/windows/windowsConsumer.ts';
import { aRecord, lineOf } from '../../helpers/records.ts';
import { AGGREGATE, aStage, aWindow, catalog, EARLY, FINAL, records, START, totalsOf } from './support.ts';

const counted = (stage: ReturnType<typeof aStage>) =>
  countsOf(aWindow(), stage.rows()).map(({ group, measures }) => [group.event_name, measures.events]);

describe('a window', () => {
  test('counts batch after batch into its state, and is one object once it is final', async () => {
    const stage = aStage();
    const one = await stage.call(records(0, 2));
    const two = await stage.call(records(3, 4), one.state);
    expect(stage.store.keys()).toEqual([]);

    const last = await stage.call([], two.state, FINAL);

    expect(last.state).toEqual({});
    const name = `${'0'.repeat(53)}100`;
    expect(stage.store.keys()).toEqual([`live/dt=2026-11-01/051000-shardId-000000000003-${name}.tsv`]);
    expect(stage.store.text(stage.store.keys()[0] ?? '')).toBe(
      [
        `all\t2026-11-01 05:10:00.000\t60\t{}\t{"events":5,"rejected":0}\tshardId-000000000003\t${name}\t${'0'.repeat(53)}104\t2026-11-01 05:10:01.000\tfinal\ttrue`,
        `minutes\t2026-11-01 05:10:00.000\t60\t{"event_name":"page_view"}\t{"events":5}\tshardId-000000000003\t${name}\t${'0'.repeat(53)}104\t2026-11-01 05:10:01.000\tfinal\ttrue`,
        '',
      ].join('\n'),
    );
  });

  test('that has nothing writes nothing, whatever call it is', async () => {
    const stage = aStage();
    for (const how of [AGGREGATE, FINAL, EARLY]) {
      expect(await stage.call([], {}, how)).toEqual({ state: {}, uncounted: 0 });
    }
    expect(stage.store.keys()).toEqual([]);
  });

  test('counts the records of its final call, if that has some', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 1));
    await stage.call(records(2, 3), state, FINAL);
    expect(counted(stage)).toEqual([['page_view', 4]]);
  });

  test('that ends early is a part, and what comes then is another: readers add them', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 1));
    const early = await stage.call(records(2, 2), state, EARLY);
    expect(early.state).toEqual({});
    const rest = await stage.call(records(3, 6), early.state);
    await stage.call([], rest.state, FINAL);
    expect(stage.store.keys()).toHaveLength(2);
    expect(counted(stage)).toEqual([['page_view', 7]]);
  });

  test('whose early end is also its last call is one part', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 1));
    await stage.call([], state, { isFinal: true, isTerminatedEarly: true });
    expect(counted(stage)).toEqual([['page_view', 2]]);
  });
});

describe('a repeat', () => {
  test('of the call that ends a window overwrites its object', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 3));
    await stage.call([], state, FINAL);
    const before = stage.store.keys().map((key) => stage.store.text(key));
    await stage.call([], state, FINAL);
    expect(stage.store.keys().map((key) => stage.store.text(key))).toEqual(before);
  });

  test('of records that the state has already counts nothing, also when the batch is cut differently', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 3));
    const again = await stage.call(records(2, 5), state);
    const old = await stage.call(records(1, 2), again.state);
    await stage.call([], old.state, FINAL);
    expect(counted(stage)).toEqual([['page_view', 6]]);
  });

  test('of a whole window that is cut differently leaves nothing counted twice', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 3), {}, EARLY);
    const rest = await stage.call(records(4, 9), state);
    await stage.call([], rest.state, FINAL);
    // The poller began the window anew, and this time nothing ended it early.
    const whole = await stage.call(records(0, 9));
    await stage.call([], whole.state, FINAL);
    expect(stage.store.keys()).toHaveLength(2);
    expect(counted(stage)).toEqual([['page_view', 10]]);
    expect(totalsOf(stage.rows())).toEqual({ events: 10, rejected: 0 });
  });

  test('of some records after their window has ended, out of order, counts nothing twice', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 9));
    await stage.call([], state, FINAL);
    const late = await stage.call(records(4, 6));
    await stage.call([], late.state, FINAL);
    expect(counted(stage)).toEqual([['page_view', 10]]);
  });

  test('with the same records and state gives the same state', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 3));
    const text = JSON.stringify(state);
    expect(await stage.call(records(4, 6), state)).toEqual(await stage.call(records(4, 6), state));
    expect(JSON.stringify(state)).toBe(text);
  });

  test('of a shard whose sequence numbers grow by a digit keeps their order', async () => {
    const stage = aStage();
    const { state } = await stage.call([aRecord('99', [lineOf()])]);
    const more = await stage.call([aRecord('100', [lineOf()])], state);
    await stage.call([], more.state, FINAL);
    expect(counted(stage)).toEqual([['page_view', 2]]);
  });
});

describe('a state', () => {
  const many = aWindow({ by: ['user_id'] });
  const ofUser = (id: number) => lineOf({ user_id: `user ${id} ${'x'.repeat(100)}` });

  test('that has grown large is written as a part, long before Lambda ends the window for it', async () => {
    const stage = aStage([many]);
    const one = await stage.call(records(0, 5_000, ofUser));
    expect(one.state).toEqual({});
    const two = await stage.call(records(5_001, 5_010, ofUser), one.state);
    await stage.call([], two.state, FINAL);
    expect(stage.store.keys()).toHaveLength(2);
    expect(countsOf(many, stage.rows())).toHaveLength(5_011);
    expect(stage.rows().filter(({ window }) => window === 'all')).toHaveLength(2);
  });

  test('never reaches the 1 MB at which Lambda would end the window', async () => {
    const stage = aStage([many]);
    let state: unknown = {};
    for (let at = 0; at < 40; at += 1) {
      ({ state } = await stage.call(records(at * 500, at * 500 + 499, ofUser), state));
      expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThanOrEqual(FULL_BYTES);
    }
    await stage.call([], state, FINAL);
    expect(countsOf(many, stage.rows())).toHaveLength(20_000);
  });

  test('of another form is not gone on with, and holds nothing up', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 1), { counts: 7 });
    await stage.call([], state, FINAL);
    expect(counted(stage)).toEqual([['page_view', 2]]);
  });
});

describe('what fails', () => {
  test('to be put is thrown, and loses nothing when the call comes again', async () => {
    const stage = aStage();
    const { state } = await stage.call(records(0, 3));
    stage.failing.put = true;
    await expect(stage.call([], state, FINAL)).rejects.toThrow('SlowDown');
    await expect(stage.call(records(4, 5), state, EARLY)).rejects.toThrow('SlowDown');
    stage.failing.put = false;
    await stage.call(records(4, 5), state, EARLY);
    expect(counted(stage)).toEqual([['page_view', 6]]);
  });

  test('to be read is told and holds nothing up: the events beside it are counted', async () => {
    const stage = aStage();
    const good = Buffer.from(`${lineOf()}\n`);
    const poison = new StreamedEvent(0, '2026-11-01T05', Buffer.from('{"event_id":\n'), 0, 13);
    const event = new StreamedEvent(0, '2026-11-01T05', good, 0, good.length);
    const call = { windowStart: START, shard: 's', state: {}, ...FINAL };
    const consumer = windowsConsumer(call, {
      counters: [counterOf(aWindow(), catalog)],
      catalog,
      store: stage.store,
    });
    const batch = { name: 's-1', records: [aRecord('1', good)], events: [poison, event], rejected: [] };
    const outcome = await consumer.take(batch);
    expect(outcome).toMatchObject({ uncounted: 1, part: { events: 2 } });
    expect(outcome.error).toBeInstanceOf(Error);
    expect(counted(stage)).toEqual([['page_view', 1]]);
  });

  test('to be counted by one window costs the other windows nothing', async () => {
    const stage = aStage();
    const broken = {
      ...counterOf(aWindow({ name: 'broken' }), catalog),
      groupOf: () => {
        throw new Error('a defect');
      },
    };
    const counters = [broken, counterOf(aWindow(), catalog)];
    const call = { windowStart: START, shard: 's', state: {}, ...FINAL };
    const consumer = windowsConsumer(call, { counters, catalog, store: stage.store });
    const { outcome } = await consume(records(0, 2), consumer, stage.store);
    expect(outcome).toMatchObject({ uncounted: 3, error: new Error('a defect'), part: { events: 3 } });
    expect(counted(stage)).toEqual([['page_view', 3]]);
  });

  test('to be an event is counted as rejected, and as nothing else', async () => {
    const rejected = aWindow({ name: 'bad', of: 'rejected', by: ['reason'] });
    const stage = aStage([aWindow(), rejected]);
    const batch = [aRecord('1', ['no json', lineOf()]), aRecord('2', Buffer.from([0xff, 0xfe, 0x0a, 0x00]))];
    await stage.call(batch, {}, FINAL);
    expect(
      countsOf(rejected, stage.rows()).map(({ group, measures }) => [group.reason, measures.events]),
    ).toEqual([
      ['invalid_json', 1],
      ['not_ndjson', 1],
    ]);
    expect(counted(stage)).toEqual([['page_view', 1]]);
    expect(totalsOf(stage.rows())).toEqual({ events: 1, rejected: 2 });
  });
});
