import { beforeEach, expect, test } from '@jest/globals';
import { localDaysOf } from '../../src/etl/localDays.ts';
import { adoptTimeZone } from '../../src/etl/timeZone.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const { effects, catalog, ledger } = eachFakePorts();

const adopt = (timeZone: string) => adoptTimeZone(timeZone, { catalog, ...ledger });
const pending = async () => (await ledger.pendingDays.list(10)).map(({ day }) => day);

beforeEach(async () => {
  for (const hour of ['04', '05'])
    await catalog.pointPartition(
      'events',
      ['2026-11-01', hour],
      `s3://lake/events/dt=2026-11-01/hr=${hour}/`,
    );
});

test('a stage of UTC, or one that has had its time zone before, has nothing to write again', async () => {
  expect(await adopt('UTC')).toEqual([]);
  await adopt('Asia/Seoul');
  await ledger.pendingDays.clear(await ledger.pendingDays.list(10));
  expect(await adopt('Asia/Seoul')).toEqual([]);
  expect(await pending()).toEqual([]);
});

test('with another time zone every day that has rows, or had some on it in the zone before, is to be written', async () => {
  expect(await adopt('America/New_York')).toEqual(['2026-10-31', '2026-11-01', '2026-11-02']);
  // 04:00 was on the day before in summer time; 05:00 is.
  const before = localDaysOf([{ day: '2026-11-01', hours: ['03'] }], 'America/New_York');
  await ledger.pendingDays.clear(await ledger.pendingDays.list(10));

  await adopt('Asia/Seoul');

  const written = localDaysOf(await ledger.pendingDays.list(10), 'Asia/Seoul');
  expect(written).toEqual(expect.arrayContaining([...before, '2026-11-01', '2026-11-02']));
});

test('the zone is noted after the days are marked: whoever ends in between is repeated', async () => {
  const before = effects.list.length;
  await adopt('Asia/Seoul');
  expect(effects.list.slice(before)).toEqual([
    'markDay 2026-10-31',
    'markDay 2026-11-01',
    'markDay 2026-11-02',
    'timeZone Asia/Seoul',
  ]);
});

test('a day that was waiting for a few hours of it waits for all of them', async () => {
  ledger.pendingDays.markChanged('2026-11-01T04');
  await ledger.pendingDays.clear(await ledger.pendingDays.list(10));
  ledger.pendingDays.markChanged('2026-11-01T05');
  await adopt('Asia/Seoul');
  ledger.pendingDays.markChanged('2026-11-01T06');
  const days = await ledger.pendingDays.list(10);
  expect(days.find(({ day }) => day === '2026-11-01')?.hours).toBeUndefined();
});
