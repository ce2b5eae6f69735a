import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { dismissQuarantine } from '../../cli/quarantine/dismiss.ts';
import { noFix } from '../../cli/quarantine/fix.ts';
import { readMarks } from '../../cli/quarantine/marks.ts';
import { planReplay } from '../../cli/quarantine/plan.ts';
import { type RowFilter, readRows } from '../../cli/quarantine/rows.ts';
import { createFakeStore } from '../helpers/fakes.ts';

const row = (raw: string, reason: string): string =>
  `${JSON.stringify({
    reason,
    detail: 'what was wrong',
    raw,
    source: 'web',
    received_at: '2026-11-01T05:00:00.000Z',
    sequence: '1',
  })}\n`;

const days = ['2026-11-01'];
const NOW = new Date('2026-11-02T00:00:00.000Z');

/** Three rows of two objects: one that can be sent, one that nobody can mend, and a copy of that. */
const quarantined = async () => {
  const store = createFakeStore();
  const good = row('{"event_name":"a","event_time":"2026-11-01T05:00:00Z"}', 'invalid_event');
  const hopeless = row('not JSON', 'invalid_json');
  await store.put('quarantine/dt=2026-11-01/hr=05/a-n2.ndjson.gz', gzipSync(good + hopeless), '');
  await store.put('quarantine/dt=2026-11-01/hr=05/b-n1.ndjson.gz', gzipSync(hopeless), '');
  const said: string[] = [];
  const screen = { say: (line = '') => said.push(line) };
  const dismiss = (filter: Partial<RowFilter>, dryRun = false) =>
    dismissQuarantine(
      store,
      { days, ...filter },
      // Only what it says is looked at.
      { screen: screen as unknown as Parameters<typeof dismissQuarantine>[2]['screen'], flag: () => dryRun },
      NOW,
    );
  const replayed = async () =>
    planReplay(await Array.fromAsync(readRows(store, { days })), await readMarks(store, days), {
      fix: noFix,
    });
  return { store, said, dismiss, replayed };
};

describe('dismissing rows of quarantine', () => {
  test('lets a replay of the rest succeed', async () => {
    const { dismiss, replayed } = await quarantined();
    expect(Object.keys((await replayed()).staying)).toEqual(['invalid_json']);
    const { document } = await dismiss({ reason: 'invalid_json' });
    expect(document).toEqual({ dryRun: false, dismissed: 1, before: 0 });
    const plan = await replayed();
    expect([plan.staying, plan.send.length, plan.before]).toEqual([{}, 1, 1]);
  });

  test('counts all copies of a row, so that none of them stays open', async () => {
    const { store, dismiss } = await quarantined();
    await dismiss({ reason: 'invalid_json' });
    const marks = [...(await readMarks(store, days)).values()];
    expect(marks.map(({ outcome, copies }) => [outcome, copies])).toEqual([['dismissed', 2]]);
  });

  test('takes one row by its id, and does nothing the second time', async () => {
    const { store, dismiss } = await quarantined();
    const [first] = await Array.fromAsync(readRows(store, { days, reason: 'invalid_json' }));
    const ids = [first?.id ?? ''];
    expect((await dismiss({ ids })).document).toEqual({ dryRun: false, dismissed: 1, before: 0 });
    expect((await dismiss({ ids })).document).toEqual({ dryRun: false, dismissed: 0, before: 1 });
  });

  test('only says what it would do when it is asked to', async () => {
    const { store, said, dismiss } = await quarantined();
    await dismiss({ source: 'web' }, true);
    expect(said).toEqual(['2 rows would be dismissed, 0 dealt with before.']);
    expect((await readMarks(store, days)).size).toBe(0);
  });

  test('needs to know which rows are meant, and tells an id that is not there', async () => {
    const { dismiss } = await quarantined();
    await expect(dismiss({})).rejects.toThrow('quarantine dismiss needs --id, --reason or --source.');
    await expect(dismiss({ ids: ['q-0'] })).rejects.toThrow('--id: there is no row q-0');
  });
});
