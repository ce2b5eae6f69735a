import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { withFileLock } from '../../client/fileLock.ts';

const lockPath = () => join(mkdtempSync(join(tmpdir(), 'headrace-lock-')), 'work.lock');

describe('withFileLock', () => {
  test('lets one piece of work in at a time, in the order they came', async () => {
    const path = lockPath();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} in`);
      await new Promise(setImmediate);
      seen.push(`${name} out`);
      return name;
    };
    expect(await Promise.all(['a', 'b'].map((name) => withFileLock(path, work(name))))).toEqual(['a', 'b']);
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out']);
  });

  test('says whose it is while it is held, and is gone afterwards', async () => {
    const path = lockPath();
    expect(await withFileLock(path, async () => readFileSync(path, 'utf8'))).toBe(String(process.pid));
    expect(existsSync(path)).toBe(false);
  });

  test('is given back by work that throws', async () => {
    const path = lockPath();
    const failing = withFileLock(path, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(withFileLock(path, async () => 'next')).resolves.toBe('next');
  });

  test('left behind by a process that is gone does not stop the next one', async () => {
    const path = lockPath();
    // Above the largest process id that any system hands out.
    writeFileSync(path, '2147483646');
    await expect(withFileLock(path, async () => 'in')).resolves.toBe('in');
  });

  test('waits for a process that is alive', async () => {
    const path = lockPath();
    writeFileSync(path, String(process.ppid));
    let entered = false;
    const waiting = withFileLock(path, async () => {
      entered = true;
    });
    await new Promise(setImmediate);
    expect(entered).toBe(false);
    writeFileSync(path, '2147483646'); // now its owner is gone
    await waiting;
    expect(entered).toBe(true);
  });
});
