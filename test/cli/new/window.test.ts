import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newWindow } from '../../../cli/new/window.ts';

const projectWith = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'headrace-window-'));
  const path = join(folder, newWindow.fileOf(name));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, newWindow.textOf(name));
  return folder;
};

test('new window writes an example that is right in an empty project', async () => {
  await expect(newWindow.check(projectWith(newWindow.example))).resolves.toBeUndefined();
});

test('new window tells of a name that a window cannot have', async () => {
  await expect(newWindow.check(projectWith('1x'))).rejects.toThrow(
    /^queries\/windows\/1x\.yml.*lower snake case/,
  );
});

test('new window says what to do next', () => {
  expect(newWindow.next('x').join('\n')).toContain('npx headrace live x');
});
