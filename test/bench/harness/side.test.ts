import { expect, test } from '@jest/globals';
import { withSides } from '../../../bench/harness/side.ts';

/** A side's module, written out: what `prepare` returns is run once a round. */
const side = (body: string) => ({
  module: new URL(`data:text/javascript,${encodeURIComponent(body)}`),
  options: { times: 3 },
});

test('a side is made ready once and run as often as it is asked to, in one process', async () => {
  const counting = side(
    'export const prepare = async ({ times }) => { let n = 0; return async () => ({ n: (n += times), pid: process.pid }); };',
  );
  const [first, second] = await withSides({ counting }, async (runs) => [
    await runs.counting(),
    await runs.counting(),
  ]);
  expect(first.figures).toMatchObject({ n: 3 });
  expect(second.figures).toEqual({ n: 6, pid: first.figures.pid });
  expect(first.figures.pid).not.toBe(process.pid);
});

test('memory that only making ready has taken is not in the peak of a run', async () => {
  const large = side(
    `export const prepare = async () => { Buffer.alloc(400e6, 1); globalThis.gc(); return async () => ({}); };`,
  );
  const small = side('export const prepare = async () => async () => ({});');
  const [a, b] = await withSides({ large, small }, async (runs) => [await runs.large(), await runs.small()]);
  // Elsewhere the peak is that of the whole process.
  if (process.platform === 'linux') expect(Math.abs(a.peakRssBytes - b.peakRssBytes)).toBeLessThan(200e6);
});

test('a side sees the environment it is given and nothing else', async () => {
  const env = side(
    'export const prepare = async () => async () => ({ given: Number(process.env.GIVEN), names: Object.keys(process.env).filter((name) => name !== "NODE_CHANNEL_FD" && name !== "NODE_CHANNEL_SERIALIZATION_MODE").length });',
  );
  const found = await withSides({ env: { ...env, env: { GIVEN: '7' } } }, (runs) => runs.env());
  expect(found.figures).toEqual({ given: 7, names: 1 });
});

test('a side that ends by itself fails the comparison instead of hanging it', async () => {
  const dying = side('export const prepare = async () => async () => process.exit(3);');
  await expect(withSides({ dying }, (runs) => runs.dying())).rejects.toThrow('exit 3');
});
