import { describe, expect, test } from '@jest/globals';
import { daysBetween } from '../../cli/quarantine/days.ts';
import { groupsOf, listSql } from '../../cli/quarantine/list.ts';
import { readMarks, writeMarks } from '../../cli/quarantine/marks.ts';
import { readRows } from '../../cli/quarantine/rows.ts';
import { createFakeStore } from '../helpers/fakes.ts';

const row = (raw: string, more: object = {}) =>
  `${JSON.stringify({
    reason: 'missing_event_name',
    detail: 'the event has no name',
    raw,
    source: 'web',
    received_at: '2026-11-01T05:00:00.000Z',
    sequence: '1',
    ...more,
  })}\n`;

const days = ['2026-11-01', '2026-11-02'];

describe('days of quarantine', () => {
  const now = new Date('2026-11-08T23:59:00Z');

  test('are the last seven, today among them, when none are named', () => {
    const found = daysBetween(undefined, undefined, now);
    expect([found.length, found[0], found.at(-1)]).toEqual([7, '2026-11-02', '2026-11-08']);
  });

  test('end before --to, as in every command', () => {
    expect(daysBetween('2026-10-31', '2026-11-02', now)).toEqual(['2026-10-31', '2026-11-01']);
  });

  test.each([
    ['2026-02-30', '2026-03-01', /not a day/],
    ['today', undefined, /not a day/],
    ['2026-11-01', '2026-11-01', /must be before/],
    ['2026-11-09', undefined, /must be before/],
    ['2020-01-01', undefined, /too many/],
  ])('are refused with a word why: %s to %s', (from, to, message) => {
    expect(() => daysBetween(from, to, now)).toThrow(message);
  });

  test('stand in the list, so that Athena looks at no other partition', () => {
    expect(listSql(days)).toContain("WHERE dt BETWEEN '2026-11-01' AND '2026-11-02'");
  });
});

describe('rows of quarantine', () => {
  test('have one id however often and in whichever record a batch was delivered', async () => {
    const store = createFakeStore();
    store.seed('quarantine/dt=2026-11-01/hr=05/a-n1.ndjson.gz', row('{}'));
    store.seed(
      'quarantine/dt=2026-11-01/hr=05/b-n2.ndjson.gz',
      row('{}', { sequence: '2' }) + row('{"a":1}'),
    );
    const ids = (await Array.fromAsync(readRows(store, { days }))).map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(2);
  });

  test('are told apart when a request held the same text twice', async () => {
    const store = createFakeStore();
    store.seed('quarantine/dt=2026-11-02/hr=05/a-n2.ndjson.gz', row('{}') + row('{}'));
    const ids = (await Array.fromAsync(readRows(store, { days }))).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  test('keep their id when only some of them are asked for', async () => {
    const store = createFakeStore();
    const other = row('{}', { reason: 'invalid_event' });
    store.seed('quarantine/dt=2026-11-01/hr=05/a-n2.ndjson.gz', other + row('{}'));
    const all = await Array.fromAsync(readRows(store, { days }));
    const some = await Array.fromAsync(readRows(store, { days, reason: 'missing_event_name' }));
    expect(some).toEqual([all[1]]);
    expect(await Array.fromAsync(readRows(store, { days, source: 'app' }))).toEqual([]);
  });

  test('may hold a line separator that other readers take for the end of a line', async () => {
    const store = createFakeStore();
    store.seed('quarantine/dt=2026-11-01/hr=05/a-n1.ndjson.gz', row('{"a":"\u2028"}'));
    expect(await Array.fromAsync(readRows(store, { days }))).toMatchObject([{ raw: '{"a":"\u2028"}' }]);
  });

  test.each([
    ['no row', '{"reason":1}\n', /is no quarantine row/],
    ['no JSON', '{\n', /is no quarantine row/],
  ])('stop with the name of the object when a line is %s', async (_what, text, message) => {
    const store = createFakeStore();
    store.seed('quarantine/dt=2026-11-01/hr=05/bad.ndjson.gz', text);
    await expect(Array.fromAsync(readRows(store, { days }))).rejects.toThrow(message);
  });
});

describe('marks of what was replayed', () => {
  const mark = {
    row: 'q-1',
    reason: 'missing_event_name',
    source: 'web',
    event_id: 'e',
    outcome: 'refused' as const,
    copies: 2,
    at: '2026-11-03T00:00:00.000Z',
    day: '2026-11-01',
  };

  test('are read back, the later one of a row counting', async () => {
    const store = createFakeStore();
    await writeMarks(store, [mark, { ...mark, row: 'q-2', day: '2026-11-02' }]);
    await writeMarks(store, [{ ...mark, outcome: 'accepted', at: '2026-11-04T00:00:00.000Z' }]);
    const marks = await readMarks(store, days);
    expect([...marks.values()].map(({ row: id, outcome }) => `${id} ${outcome}`)).toEqual([
      'q-1 accepted',
      'q-2 refused',
    ]);
    expect((await readMarks(store, ['2026-11-02'])).size).toBe(1);
  });

  test('take the rows they stand for, copies included, from what is open', async () => {
    const store = createFakeStore();
    await writeMarks(store, [mark]);
    const rows = [
      ['2026-11-01', 'missing_event_name', 'web', '3', 'd', 'x'],
      ['2026-11-01', 'missing_event_name', null, '1', 'd', 'x'],
    ];
    const groups = groupsOf(rows, await readMarks(store, days));
    expect(groups.map(({ rows: all, replayed, open }) => [all, replayed, open])).toEqual([
      [3, 2, 1],
      [1, 0, 1],
    ]);
  });
});
