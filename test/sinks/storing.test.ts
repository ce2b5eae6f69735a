import { expect, test } from '@jest/globals';
import { storeLines } from '../../src/sinks/storing.ts';
import { createFakeStore } from '../helpers/fakes.ts';

const target = (key: string, rows: number, text: string) => ({
  key,
  lines: { partition: '2026-11-01T05', rows, chunks: [Buffer.from(text)], firstRecord: 0 },
});

test.each([
  ['more lines than its key says', [target('raw/a', 1, '{}\n{}\n')], 1],
  ['fewer lines than its key says', [target('raw/a', 2, '{}\n')], 2],
  ['as many as its key says, though more came', [target('raw/a', 1, '{}\n')], 2],
  ['as many in all, but too many in one', [target('raw/a', 2, '{}\n'), target('raw/b', 0, '{}\n{}\n')], 2],
])(
  'an object that would hold %s stops the batch before anything is written',
  async (_what, targets, came) => {
    const store = createFakeStore();
    await expect(storeLines(targets, came, store)).rejects.toMatchObject({ name: 'BalanceBroken' });
    expect([...store.objects.keys()]).toEqual([]);
  },
);

test('objects that hold what came are written', async () => {
  const store = createFakeStore();
  const { done, failed } = await storeLines(
    [target('raw/a', 2, '{}\n{}\n'), target('raw/b', 1, '{}\n')],
    3,
    store,
  );
  expect([done.length, failed]).toEqual([2, []]);
  expect([...store.objects.keys()]).toEqual(['raw/a', 'raw/b']);
});
