import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const bin = resolve('bin/headrace.mjs');
const runner = resolve('scripts/run.mjs');

/** A folder that is not the project's, with a link to the command as `npm link` makes one. */
let elsewhere: string;

beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'headrace-bin-'));
  symlinkSync(bin, join(elsewhere, 'headrace'));
});

afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

const node = (args: readonly string[], input = '', more: NodeJS.ProcessEnv = {}) => {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: elsewhere,
    env: { ...process.env, ...more },
    input,
    encoding: 'utf8',
  });
  return { status, signal, stdout, stderr };
};

describe('the command headrace', () => {
  test('runs through a link in any folder, and has nothing but its answer on stdout', () => {
    const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
    const said = node([join(elsewhere, 'headrace'), '--version']);
    expect(said).toEqual({ status: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  });

  test('takes options before the command', () => {
    const said = node([bin, '--stage', 'prod', '--json', 'cost', '--help']);
    expect(said.status).toBe(0);
    expect(said.stdout).toContain('headrace cost');
  });

  test('shows the overview without arguments', () => {
    expect(node([bin]).stdout).toMatch(/^headrace: JSON events over HTTP in/);
  });

  test('ends with 1 and says what is wrong with a command or an option that does not exist', () => {
    expect(node([bin, 'foo'])).toMatchObject({ status: 1, stdout: '' });
    expect(node([bin, '--json', 'foo']).stdout).toBe('{"error":"\\"foo\\" is not a command."}\n');
    expect(node([bin, '--bogus']).stderr).toContain("Unknown option '--bogus'");
  });
});

describe('the runner', () => {
  const program = `process.stdin.once('data', (data) => {
    process.stdout.write(data + process.cwd());
    process.exit(7);
  });`;

  test('passes on stdin, stdout, the folder and the exit code', () => {
    expect(node([runner, '-e', program], 'hello ')).toEqual({
      status: 7,
      signal: null,
      stdout: `hello ${elsewhere}`,
      stderr: '',
    });
  });

  test('runs programs with the packages of the project first on the PATH', () => {
    const said = node([runner, 'sh', '-c', 'command -v tsc']);
    expect(said).toMatchObject({ status: 0, stdout: `${resolve('node_modules/.bin/tsc')}\n` });
  });

  test('makes HEADRACE_PROJECT absolute, from the folder in which npm was called on', () => {
    const print = [runner, '-p', 'process.env.HEADRACE_PROJECT'];
    const projectOf = (more: NodeJS.ProcessEnv) => node(print, '', more).stdout.trim();
    expect(projectOf({ HEADRACE_PROJECT: '../mine', INIT_CWD: '/somewhere/else' })).toBe('/somewhere/mine');
    expect(projectOf({ HEADRACE_PROJECT: 'mine', INIT_CWD: undefined })).toBe(join(elsewhere, 'mine'));
    expect(projectOf({ HEADRACE_PROJECT: '/there', INIT_CWD: '/somewhere' })).toBe('/there');
    expect(projectOf({ HEADRACE_PROJECT: '', INIT_CWD: '/somewhere' })).toBe('');
  });

  test('ends by the signal that ended the command', () => {
    expect(node([runner, '-e', "process.kill(process.pid, 'SIGKILL')"])).toMatchObject({
      status: null,
      signal: 'SIGKILL',
    });
  });

  test('says which program is missing', () => {
    const said = node([runner, 'no-such-program']);
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain('no-such-program could not be started');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'passes %s on, waits for the command, and leaves no process behind',
    async (name) => {
      const clean = `process.once('${name}', () => { console.log('clean'); process.exit(3); });
        setInterval(() => {}, 1000);
        console.log('ready ' + process.pid);`;
      const child = spawn(process.execPath, [runner, '-e', clean], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
      child.stdout.once('data', () => child.kill(name));
      const said = await text(child.stdout);
      expect(said).toMatch(/^ready \d+\nclean\n$/);
      expect(await ended).toBe(3);
      const pid = Number(/\d+/.exec(said)?.[0]);
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    },
  );

  test('says what to do where Node is too old, and nowhere else', () => {
    const ask = (version: string, hasPinned: boolean): string =>
      node([
        '--input-type=module',
        '-e',
        `import { complaintAbout } from ${JSON.stringify(resolve('scripts/launch.mjs'))};
        process.stdout.write(String(complaintAbout('${version}', ${hasPinned})));`,
      ]).stdout;
    expect(ask('22.17.1', false)).toMatch(
      /^Headrace needs Node 22\.18 or newer; this is Node 22\.17\.1 .*run the command again\.$/,
    );
    expect([ask('22.18.0', false), ask('24.0.0', false), ask('20.0.0', true)]).toEqual(
      Array(3).fill('undefined'),
    );
  });
});

describe('what is installed', () => {
  const lock = {
    '': { version: '0.1.0' },
    'packages/asl': { version: '0.1.0' },
    'node_modules/headrace-asl': { link: true, resolved: 'packages/asl' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/a-darwin': { version: '1.0.0', integrity: 'sha512-d', optional: true },
  };
  const there = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };

  /** The installer is plain JavaScript that a process of its own imports, as npm's scripts do. */
  const isInstalled = (from: object, installed: object): string =>
    node([
      '--input-type=module',
      '--eval',
      `import { isInstalled } from ${JSON.stringify(resolve('scripts/install.mjs'))};
      process.stdout.write(String(isInstalled(${JSON.stringify(from)}, ${JSON.stringify(installed)})));`,
    ]).stdout;

  test('is enough after an npm ci of your own, without the packages for other machines', () => {
    expect(isInstalled(lock, there)).toBe('true');
  });

  test.each([
    ['a package is missing', {}],
    ['a package has another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['a package has another content', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } }],
  ])('is not enough when %s', (_what, installed) => {
    expect(isInstalled(lock, installed)).toBe('false');
  });
});
