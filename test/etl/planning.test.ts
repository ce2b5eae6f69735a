import { beforeEach, describe, expect, test } from '@jest/globals';
import { planRun } from '../../src/etl/planning.ts';
import { parquetKey } from '../../src/lake/layout.ts';
import { committedBuild } from '../helpers/builds.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';
import { fixedClock } from '../helpers/fakes.ts';

const marts = ['daily_events', 'daily_sales'];
const { store, ledger } = eachFakePorts();

const clock = fixedClock('2026-11-03T12:00:00.000Z');
const plan = (input: unknown) => planRun('run-1', input, marts, { store, ...ledger, clock });

const committed = committedBuild();

const land = (...partitions: string[]) => {
  for (const partition of partitions) {
    store.seed(`raw/dt=${partition.slice(0, 10)}/hr=${partition.slice(11)}/s-1-n1.ndjson.gz`, '{}\n');
    ledger.partitionStates.land(partition);
  }
};

const build = async (partition: string) => {
  const { landings } = await ledger.partitionStates.lock(partition, 'run-0', new Date(0), 1);
  await ledger.partitionStates.commit(partition, 'run-0', landings, committed);
};

const chosen = async (input: unknown) => (await plan(input)).partitions.map(({ partition }) => partition);

describe('an empty input', () => {
  test('plans what is stale, oldest hour first, and all marts', async () => {
    land('2026-11-01T05', '2026-11-01T04', '2025-01-01T00');
    await build('2026-11-01T04');
    await ledger.pendingDays.clear(await ledger.pendingDays.list(10));

    expect(await plan({})).toEqual({
      execution: 'run-1',
      hasWork: true,
      partitions: [
        { partition: '2025-01-01T00', force: false },
        { partition: '2026-11-01T05', force: false },
      ],
      pendingDays: 0,
      more: false,
      marts,
      days: [],
      asked: false,
      timeZone: 'UTC',
      pastDaysEveryHours: 0,
    });
  });

  test('plans at most 500 partitions and says that there are more', async () => {
    for (let hour = 0; hour < 501; hour++) {
      ledger.partitionStates.land(new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 13));
    }
    const planned = await plan({});

    expect(planned.partitions).toHaveLength(500);
    expect(planned.more).toBe(true);
  });

  test('takes today and yesterday, however many hours of old times wait', async () => {
    // What one request of 28 KB can do: 5,000 events of as many hours from 1990 on.
    const hoursFrom = (start: number, count: number) =>
      Array.from({ length: count }, (_, hour) =>
        new Date(start + hour * 3_600_000).toISOString().slice(0, 13),
      );
    const today = hoursFrom(Date.UTC(2026, 9, 31), 36);
    for (const hour of hoursFrom(Date.UTC(1990, 0, 1), 5_000)) ledger.partitionStates.land(hour);
    for (const hour of today) ledger.partitionStates.land(hour);

    const first = await chosen({});

    expect(first).toHaveLength(500);
    expect(first.slice(0, 36)).toEqual(today.toReversed());
    // And the old ones come to their turn: some from each end, so that none waits for ever.
    expect(first).toContain('1990-01-01T00');
    for (let run = 0; run < 11; run++) {
      for (const hour of await chosen({})) await build(hour);
      ledger.partitionStates.land('2026-11-01T11');
    }
    expect(await chosen({})).toEqual(['2026-11-01T11']);
  });

  test('leaves days for checks and marts to the next run likewise: the newest first, and some of the oldest', async () => {
    for (let day = 0; day < 300; day++)
      ledger.pendingDays.days.set(new Date(Date.UTC(1990, 0, 1 + day)).toISOString().slice(0, 10), {
        changes: 1,
        pending: true,
      });
    ledger.pendingDays.days.set('2026-11-01', { changes: 1, pending: true });
    const days = (await ledger.pendingDays.list(100)).map(({ day }) => day);
    expect([days[0], days.at(-1), days.length]).toEqual(['2026-11-01', '1990-02-19', 100]);
  });

  test('is nothing to do when nothing is stale and no day waits', async () => {
    expect(await plan({})).toMatchObject({ hasWork: false, partitions: [], more: false });
  });

  test('is work when only days wait: a run before failed after its builds', async () => {
    land('2026-11-01T05');
    await build('2026-11-01T05');

    expect(await plan({})).toMatchObject({ hasWork: true, partitions: [], pendingDays: 1 });
  });
});

describe('a run of the schedule, which lets days that are over wait', () => {
  const scheduled = { pastDaysEveryHours: 6 };
  beforeEach(() => {
    ledger.pendingDays.markChanged('2026-11-02T23', new Date('2026-11-03T12:30:00Z'));
  });

  test('is idle when only such a day has changed, and another run is not', async () => {
    expect(await plan(scheduled)).toMatchObject({ hasWork: false, pendingDays: 0, ...scheduled });
    expect(await plan({})).toMatchObject({ hasWork: true, pendingDays: 1, pastDaysEveryHours: 0 });
  });

  test('takes the days that are due beside it', async () => {
    ledger.pendingDays.markChanged('2026-11-03T11', new Date('2026-11-03T12:30:00Z'));
    expect(await plan(scheduled)).toMatchObject({ hasWork: true, pendingDays: 1 });
  });

  test('is for runs without a range, and for hours of a day', async () => {
    await expect(plan({ ...scheduled, from: '2026-11-01', to: '2026-11-02' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('what is asked for does not wait'),
    });
    await expect(plan({ pastDaysEveryHours: 25 })).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

describe('a range', () => {
  beforeEach(async () => {
    land('2026-10-31T23', '2026-11-01T00', '2026-11-01T05', '2026-11-01T23', '2026-11-02T00');
    store.seed(
      'raw/dt=2026-11-01/hr=07/s-1-n1.ndjson.gz',
      'copied in by hand: the ledger knows nothing of it',
    );
    for (const partition of ['2026-11-01T00', '2026-11-01T05', '2026-11-01T23']) await build(partition);
    ledger.partitionStates.land('2026-11-01T05');
  });

  test('takes hours with raw objects that are stale or were never built', async () => {
    expect(await chosen({ from: '2026-11-01', to: '2026-11-02' })).toEqual([
      '2026-11-01T05',
      '2026-11-01T07',
    ]);
  });

  test('with force takes all hours with raw objects, and no other; its end is exclusive', async () => {
    expect((await plan({ from: '2026-11-01T00', to: '2026-11-01T23', force: true })).partitions).toEqual(
      ['2026-11-01T00', '2026-11-01T05', '2026-11-01T07'].map((partition) => ({ partition, force: true })),
    );
  });

  test('with force and an instant leaves alone what was built since, unless something has landed there', async () => {
    // Built on 2026-11-01 at 12:00, all three; T05 has a later landing.
    const range = { from: '2026-11-01T00', to: '2026-11-02', force: true };

    expect(await chosen({ ...range, builtBefore: '2026-11-01T12:00:00.001Z' })).toHaveLength(4);
    expect(await chosen({ ...range, builtBefore: '2026-11-01T13:00:00+01:00' })).toEqual([
      '2026-11-01T05',
      '2026-11-01T07',
    ]);
  });

  test('takes marts by name, for all its days even if nothing in them changed', async () => {
    const planned = await plan({ from: '2026-11-01T12', to: '2026-11-02T01', marts: ['daily_sales'] });

    expect(planned).toMatchObject({
      marts: ['daily_sales'],
      days: ['2026-11-01', '2026-11-02'],
      hasWork: true,
    });
    expect((await plan({ from: '2026-12-01', to: '2026-12-02', marts: ['daily_sales'] })).days).toEqual([
      '2026-12-01',
    ]);
  });

  test('of more than 500 partitions is refused, with what to do', async () => {
    for (let hour = 0; hour < 501; hour++) {
      land(new Date(Date.UTC(2027, 0, 1, hour)).toISOString().slice(0, 13));
    }

    await expect(plan({ from: '2027-01-01', to: '2028-01-01' })).rejects.toMatchObject({
      name: 'RangeTooLarge',
      message: expect.stringMatching(/more than 500 partitions.*headrace backfill/),
    });
  });

  test('of more than 500 partitions is refused also if some of them have lost all they had', async () => {
    for (let hour = 0; hour < 501; hour += 1) {
      const partition = new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 13);
      if (hour < 300) land(partition);
      else {
        store.seed(parquetKey(partition, 'a1', 'events', 1), 'parquet');
        ledger.partitionStates.land(partition);
      }
    }
    const range = { from: '2026-01-01', to: '2026-01-22' };
    await expect(plan(range)).rejects.toMatchObject({ name: 'RangeTooLarge' });
    expect((await plan({ ...range, to: '2026-01-21' })).partitions).toHaveLength(480);
  });

  test('of days by name leaves work over when those that wait are too many beside them', async () => {
    await ledger.pendingDays.clear(await ledger.pendingDays.list(10));
    const sixtyDays = { from: '2026-01-01', to: '2026-03-02', marts: ['daily_sales'] };
    const plannedBeside = async (waiting: number) => {
      for (let day = 1; day <= waiting; day += 1)
        ledger.pendingDays.markChanged(new Date(Date.UTC(2025, 0, day)).toISOString().slice(0, 13));
      const { days, pendingDays, more } = await plan(sixtyDays);
      return [days.length, pendingDays, more];
    };
    expect(await plannedBeside(40)).toEqual([60, 40, false]);
    expect(await plannedBeside(41)).toEqual([60, 41, true]);
  });

  test('of more than 100 days is refused for marts by name', async () => {
    const refused = expect.objectContaining({
      name: 'RangeTooLarge',
      message:
        'Marts of 151 days were asked for, more than 100: give the range in parts, first {"from":"2026-01-01","to":"2026-04-11","marts":[…]}.',
    });
    await expect(plan({ from: '2026-01-01', to: '2026-06-01', marts })).rejects.toEqual(refused);
    expect((await plan({ from: '2026-01-01', to: '2026-04-11', marts })).days).toHaveLength(100);
  });
});

describe('an input that is not valid', () => {
  test.each([
    ['no object', 'all', /it has the wrong form/],
    [
      'an unknown field',
      { form: '2026-11-01' },
      /unknown field "form".*known are "from", "to", "force", "builtBefore", "marts" and "pastDaysEveryHours"/,
    ],
    [
      'a month that does not exist',
      { from: '2026-13-01', to: '2026-12-02' },
      /"from" is "2026-13-01", but must be a UTC hour/,
    ],
    ['a day that does not exist', { from: '2026-02-30', to: '2026-03-02' }, /"from" is "2026-02-30"/],
    ['an hour that does not exist', { from: '2026-11-01', to: '2026-11-01T24' }, /"to" is "2026-11-01T24"/],
    ['a time that is not an hour', { from: '2026-11-01T05:00:00Z', to: '2026-11-02' }, /"from" is/],
    ['only a beginning', { from: '2026-11-01' }, /"from" is there without "to"/],
    ['only an end', { to: '2026-11-01' }, /"to" is there without "from"/],
    [
      'an end before the beginning',
      { from: '2026-11-02', to: '2026-11-01' },
      /"from" \(2026-11-02\) must be before "to"/,
    ],
    ['an empty range', { from: '2026-11-01', to: '2026-11-01' }, /must be before/],
    ['force as text', { from: '2026-11-01', to: '2026-11-02', force: 'yes' }, /"force" has the wrong form/],
    [
      'an instant without force',
      { from: '2026-11-01', to: '2026-11-02', builtBefore: '2026-11-01T12:00:00Z' },
      /"builtBefore" needs "force"/,
    ],
    ['force without a range', { force: true }, /"force" needs a range/],
    ['no marts', { marts: [] }, /"marts" has the wrong form/],
  ])('%s: InvalidInput says where, what, and how it should be', async (_what, input, message) => {
    const failure = plan(input);
    await expect(failure).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    await expect(failure).rejects.toMatchObject({
      message: expect.stringContaining('"from":"2026-11-01T00"'),
    });
  });

  test('a mart that does not exist: UnknownMart lists those that do', async () => {
    await expect(plan({ marts: ['daily_sales', 'daily_sails'] })).rejects.toMatchObject({
      name: 'UnknownMart',
      message: 'No mart is called daily_sails. Known marts: daily_events, daily_sales.',
    });
  });
});
