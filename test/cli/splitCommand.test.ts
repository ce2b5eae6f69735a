import { expect, test } from '@jest/globals';
import { splitCommand } from '../../cli/splitCommand.ts';

const common = {
  stage: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const split = (...argv: string[]) => splitCommand(argv, ['status', 'up', 'query'], common);

test.each([
  { argv: ['status'], name: 'status', rest: [] },
  { argv: ['--json', 'status'], name: 'status', rest: ['--json'] },
  { argv: ['-h', 'status'], name: 'status', rest: ['-h'] },
  { argv: ['--stage', 'prod', 'status', '--json'], name: 'status', rest: ['--stage', 'prod', '--json'] },
  { argv: ['--stage=prod', 'status'], name: 'status', rest: ['--stage=prod'] },
  { argv: ['query', 'up'], name: 'query', rest: ['up'] },
])('$argv is the command $name, and $rest is for it', ({ argv, name, rest }) => {
  expect(split(...argv)).toEqual({ name, rest });
});

test('the value of an option of every command is no command, even if it is named like one', () => {
  expect(split('--stage', 'up', 'status')).toEqual({ name: 'status', rest: ['--stage', 'up'] });
});

test('options that only one command has may stand before it, with a value or without', () => {
  expect(split('--port', '0', 'up')).toEqual({ name: 'up', rest: ['--port', '0'] });
  expect(split('--fresh', 'up')).toEqual({ name: 'up', rest: ['--fresh'] });
});

test('a word that is no command is told as it is given, and none as none', () => {
  expect(split('--json', 'foo', 'status').name).toBe('foo');
  expect(split('--json').name).toBeUndefined();
});
