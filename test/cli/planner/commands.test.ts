import { describe, expect, test } from '@jest/globals';
import { type CommandResult, headrace } from '../../helpers/commandLine.ts';
import { onceProd } from './support.ts';

const prod = onceProd();

const failing = ({ code, stdout, stderr }: CommandResult) => ({ code, stdout, stderr });

describe('headrace simulate', () => {
  test('--help tells its options and its own default of --stage', async () => {
    const { code, stdout, stderr } = await headrace(['simulate', '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^headrace simulate /);
    expect(stdout).toContain('The stage is prod unless --stage says otherwise');
  });

  test('stands in the list of commands', async () => {
    expect((await headrace(['--help'])).stdout).toMatch(/^ {2}simulate +\S/m);
  });

  test('--json is one document on stdout: a short day of the package that was given', async () => {
    const { code, document, stdout } = await headrace([
      ...['simulate', '--json', '--hours', '1', '--rate', '20', '--package', prod.folder],
    ]);
    expect({ code, lines: stdout.trimEnd().split('\n').length }).toEqual({ code: 0, lines: 1 });
    expect(document.traffic).toMatchObject({ eventsPerSecond: 20, hours: 1, burstAtHour: 0.5 });
    expect(document.offered).toBeGreaterThan(20 * 3_600);
    expect(document).toMatchObject({ seed: 1, landed: document.offered, lost: 0, met: [] });
  });

  test.each([
    [['--rate', 'abc'], '--rate: "abc" is not a number above 0'],
    [['--shards', '0'], '--shards: "0" is not a whole number from 1'],
    [['--speed', '1'], "Unknown option '--speed'"],
    [['--stage', 'nosuch'], '--stage: "nosuch" is not a stage of resources/params.yml'],
  ])('%p is an error that says so, and nothing is simulated', async (args, message) => {
    const { code, stdout, stderr } = failing(await headrace(['simulate', ...args]));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`headrace: ${message}`);
  });
});

describe('headrace cost', () => {
  test.each([
    [
      ['--stage', 'nosuch'],
      ['--stage: "nosuch" is not a stage of resources/params.yml', 'local, dev, prod'],
    ],
    [
      ['--stage', 'local'],
      ['--stage: "local" runs on your machine and costs nothing', 'prod'],
    ],
    [
      ['--profile', 'fast'],
      ['--profile: "fast" is not a rate', '100eps'],
    ],
    [['--month', '0'], ['--month: "0" is not a number from 1']],
    [
      ['--set', 'streamShards'],
      ['--set: "streamShards" has no value', '--set streamMode=PROVISIONED'],
    ],
    [
      ['--set', 'streamShard=1'],
      ['"streamShard" is not a param', 'Did you mean "streamShards"?'],
    ],
    [
      ['--set', 'streamShards=1', '--package', '.'],
      ['--set and --package', 'Leave out one of them'],
    ],
  ])('%p is an error that says what to do', async (args, parts) => {
    const { code, stdout, stderr } = failing(await headrace(['cost', ...args]));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const part of parts) expect(stderr).toContain(part);
  });
});
