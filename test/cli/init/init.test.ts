import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { init } from '../../../cli/commands/init.ts';
import { chooseFolder, defaultFolder, noteLastFolder } from '../../../client/dataFolders.ts';
import { compileEventsOf } from '../../../compiler/events/compile.ts';
import { paramsOf } from '../../../compiler/params.ts';
import { queryKinds, queryTexts } from '../../../compiler/queries/read.ts';

let scratch: string;
let said: string[];
const before = process.env.HEADRACE_PROJECT;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'headrace-init-'));
  said = [];
});
afterEach(() => {
  rmSync(scratch, { recursive: true });
  if (before === undefined) delete process.env.HEADRACE_PROJECT;
  else process.env.HEADRACE_PROJECT = before;
});

const say = (line = ''): void => {
  said.push(line);
};

const raise = (): never => {
  throw new Error('not asked for');
};

const run = (...positionals: string[]) =>
  init.run({
    stage: 'local',
    json: false,
    positionals,
    signal: new AbortController().signal,
    screen: { say, heading: say, warn: say, table: raise, progress: raise },
    option: () => undefined,
    options: () => [],
    flag: () => false,
  });

describe('headrace init', () => {
  test('writes a project that is right as it stands, with its lock', async () => {
    const project = join(scratch, 'new', 'telemetry');
    await run(project);
    const { eventTypes, newLock } = compileEventsOf(project);
    expect(eventTypes.map(({ name }) => name)).toEqual(['device_reading', 'device_status']);
    expect(newLock).toBeUndefined();
    for (const kind of queryKinds.filter((kind) => kind !== 'examples'))
      expect(queryTexts(project, kind)).toHaveLength(1);
  });

  test('its params say nothing yet, and are right once their comments are values', async () => {
    const project = join(scratch, 'telemetry');
    await run(project);
    const shipped = paramsOf(scratch);
    expect(paramsOf(project)).toEqual(shipped);
    const file = join(project, 'params.yml');
    const uncommented = readFileSync(file, 'utf8').replaceAll(/^# ?(?=(?: {2})?\w+:)/gm, '');
    writeFileSync(file, uncommented);
    expect(Object.keys(paramsOf(project))).toEqual([...Object.keys(shipped), 'staging']);
    expect(paramsOf(project).default).toEqual({ ...shipped.default, timeZone: 'Europe/Berlin' });
  });

  test('its README has its name, and its data is not for git', async () => {
    await run(join(scratch, 'greenhouse'));
    const text = (file: string) => readFileSync(join(scratch, 'greenhouse', file), 'utf8');
    expect(text('README.md')).toMatch(/^# greenhouse\n/);
    expect(text('README.md')).not.toContain('{{');
    expect(text('.gitignore')).toMatch(/^\.headrace\/$/m);
    expect(parse(text('tests/daily_readings.yml'))).toMatchObject({ send: expect.anything() });
  });

  test('says what to do next in lines that a shell takes, also where the folder has a blank in its name', async () => {
    const project = join(scratch, 'my devices');
    await run(project);
    const lines = said.join('\n').split('\n');
    const commands = lines.filter((line) => line.startsWith('  '));
    expect(commands.slice(0, 2)).toEqual([`  cd ${resolve('.')}`, `  export HEADRACE_PROJECT='${project}'`]);
    expect(lines.join('\n')).not.toContain('{{');
    const told = [...commands.slice(0, 2), 'printf %s "$HEADRACE_PROJECT"'].join('\n');
    expect(execFileSync('bash', ['-c', told], { encoding: 'utf8' })).toBe(project);
    execFileSync('bash', ['-n', '-c', commands.join('\n')]);
  });

  test('takes a folder that is empty but for .git, and no other', async () => {
    mkdirSync(join(scratch, 'cloned', '.git'), { recursive: true });
    await run(join(scratch, 'cloned'));
    expect(existsSync(join(scratch, 'cloned', 'events'))).toBe(true);
    await expect(run(join(scratch, 'cloned'))).rejects.toThrow(
      /is not empty: it has \.gitignore and \d+ more/,
    );
    writeFileSync(join(scratch, 'file'), '');
    await expect(run(join(scratch, 'file'))).rejects.toThrow('is a file');
    await expect(run('/proc/nothing/can/be/made/here')).rejects.toThrow(
      /cannot be made there|lies on a disk/,
    );
    await expect(run(join(scratch, 'file', 'below'))).rejects.toThrow('is below a file, not below a folder.');
    expect(readFileSync(join(scratch, 'file'), 'utf8')).toBe('');
  });

  test('takes one folder', async () => {
    await expect(run()).rejects.toThrow('init takes one folder');
    await expect(run('a', 'b')).rejects.toThrow('init takes one folder');
  });
});

describe('local data', () => {
  test('of a project of its own is in it, and another project does not see it', async () => {
    const projects = ['one', 'two'].map((name) => join(scratch, name));
    for (const project of projects) await run(project);
    const [one = '', two = ''] = projects;
    process.env.HEADRACE_PROJECT = one;
    expect(defaultFolder()).toBe(join(one, '.headrace', 'local'));
    const data = join(scratch, 'elsewhere');
    mkdirSync(data);
    writeFileSync(join(data, 'stage.db'), '');
    noteLastFolder(data);
    expect(await chooseFolder(undefined)).toBe(data);
    process.env.HEADRACE_PROJECT = two;
    expect(await chooseFolder(undefined)).toBe(join(two, '.headrace', 'local'));
  });
});
