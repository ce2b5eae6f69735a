import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createScreen } from '../../cli/screen.ts';
import { showWarnings } from '../../cli/warnings.ts';
import type { Warning } from '../../src/etl/warnings.ts';

const shown = (...warnings: Warning[]): string => {
  const out = Object.assign(new PassThrough(), { isTTY: false, fd: 1 });
  const written: string[] = [];
  out.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  // What a screen uses of an output: a stream to write to, and whether it is a terminal.
  showWarnings(createScreen(out as unknown as NodeJS.WriteStream), warnings);
  return written.join('');
};

test('a warning is shown by its name, the file that explains it, and its rows', () => {
  const text = shown({ name: 'eventIdInTwoHours', rows: [{ source: 'web', ids: '12', example: null }] });
  expect(text).toContain('Warning eventIdInTwoHours found 1 row; queries/warnings/eventIdInTwoHours.sql');
  expect(text).toContain('│ source │ ids │ example │');
  expect(text).toContain('│ web    │  12 │    NULL │');
});

test('a warning that did not run is not taken for one that found nothing', () => {
  const text = shown({ name: 'odd', error: 'States.TaskFailed', cause: 'COLUMN_NOT_FOUND: line 1:8' });
  expect(text).toContain('Warning odd did not run');
  expect(text).toContain('States.TaskFailed: COLUMN_NOT_FOUND: line 1:8');
});

test('one that ran out of time has no reason, and no colon that waits for it', () => {
  expect(shown({ name: 'odd', error: 'States.Timeout', cause: '' })).toMatch(/States\.Timeout\n$/);
});

test('nothing is shown when there is nothing to warn of', () => {
  expect(shown()).toBe('');
});
