import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Fixture, runtimeWith } from './fixture.ts';

let fixture: Fixture;
afterEach(() => fixture.close());

describe('an invocation', () => {
  test('hands the event over and brings the answer back', async () => {
    fixture = runtimeWith('export const handler = async (event) => ({ got: event });');
    expect(await fixture.call({ a: [1, 'ü'] })).toEqual({
      value: { got: { a: [1, 'ü'] } },
      functionError: undefined,
    });
  });

  test('carries text of any kind and several megabytes there and back, unchanged', async () => {
    fixture = runtimeWith('export const handler = async (event) => event;');
    const event = { ascii: 'a"\\\n'.repeat(500_000), wide: 'ü→😀'.repeat(10_000), half: '\ud83d', nul: '\0' };
    const { value } = await fixture.call(event);
    expect(value).toEqual(event);
  });

  test('answers null when the handler returns nothing', async () => {
    fixture = runtimeWith('export const handler = async () => {};');
    expect(await fixture.call()).toEqual({ value: null });
  });

  test('is found by ARN and with a qualifier, and an unknown function is a 404', async () => {
    fixture = runtimeWith('export const handler = async () => 1;');
    const { payload } = await fixture.runtime.invoke(
      'arn:aws:lambda:us-east-1:000000000000:function:it:$LATEST',
      '{}',
    );
    expect(payload).toBe('1');
    await expect(fixture.runtime.invoke('other', '{}')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });

  test('tells the handler who it is and how long it has', async () => {
    fixture = runtimeWith(`export const handler = async (_event, context) => ({
      name: context.functionName, version: context.functionVersion, arn: context.invokedFunctionArn,
      memory: context.memoryLimitInMB, id: context.awsRequestId.length, left: context.getRemainingTimeInMillis() });`);
    const { value } = await fixture.call();
    expect(value).toMatchObject({
      name: 'it',
      version: '$LATEST',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:it',
      memory: '128',
      id: 36,
    });
    expect(value).toHaveProperty('left', expect.any(Number));
  });

  test('beyond 6 MB is refused before the function sees it', async () => {
    fixture = runtimeWith('export const handler = async () => 1;');
    const payload = JSON.stringify('x'.repeat(6 * 1024 * 1024));
    await expect(fixture.runtime.invoke('it', payload)).rejects.toMatchObject({
      code: 'RequestEntityTooLargeException',
      status: 413,
    });
  });

  test('that is given up by its caller rejects with the reason', async () => {
    fixture = runtimeWith('export const handler = () => new Promise(() => {});');
    const abort = new AbortController();
    const pending = fixture.runtime.invoke('it', '{}', { signal: abort.signal });
    abort.abort(new Error('aborted by the execution'));
    await expect(pending).rejects.toThrow('aborted by the execution');
  });
});

describe('the environment of a function', () => {
  test("is the template's and Lambda's own, and nothing else of this machine", async () => {
    process.env.SECRET_OF_THE_HOST = 'leaks';
    fixture = runtimeWith('export const handler = async () => process.env;', {
      environment: { LAKE_BUCKET: 'lake' },
    });
    const { value } = await fixture.call();
    delete process.env.SECRET_OF_THE_HOST;
    expect(Object.keys(value as object).sort()).toEqual(
      [
        'AWS_ACCESS_KEY_ID',
        'AWS_DEFAULT_REGION',
        'AWS_ENDPOINT_URL',
        'AWS_EXECUTION_ENV',
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
        'AWS_LAMBDA_FUNCTION_NAME',
        'AWS_LAMBDA_FUNCTION_VERSION',
        'AWS_LAMBDA_INITIALIZATION_TYPE',
        'AWS_LAMBDA_LOG_GROUP_NAME',
        'AWS_LAMBDA_LOG_STREAM_NAME',
        'AWS_REGION',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'LAKE_BUCKET',
        'LAMBDA_TASK_ROOT',
        'LANG',
        'PATH',
        'TMPDIR',
        'TZ',
        '_HANDLER',
        '_X_AMZN_TRACE_ID',
      ].sort(),
    );
    expect(value).toMatchObject({
      LAKE_BUCKET: 'lake',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_LAMBDA_FUNCTION_NAME: 'it',
    });
  });

  test("has the heap that Lambda's runtime gives a function of its memory", async () => {
    fixture = runtimeWith(
      `import { getHeapStatistics } from 'node:v8';
       export const handler = async () => ({ flags: process.execArgv, heapMb: getHeapStatistics().heap_size_limit / 2 ** 20 });`,
      { memoryMb: 512 },
    );
    const { value } = await fixture.call();
    expect(value).toMatchObject({
      flags: expect.arrayContaining(['--max-semi-space-size=25', '--max-old-space-size=461']),
    });
    // V8 rounds the young halves up to a power of two.
    expect(value).toHaveProperty('heapMb', 461 + 3 * 32);
  });

  test('finds the native modules of this machine in the project, not in the zip', async () => {
    fixture = runtimeWith(
      `import { createRequire } from 'node:module';
       export const handler = async () => createRequire(import.meta.url).resolve('@duckdb/node-bindings/package.json');`,
    );
    const { value } = await fixture.call();
    expect(value).toMatch(/node_modules\/@duckdb\/node-bindings\/package.json$/);
    expect(value).not.toContain('.headrace');
  });
});

describe('a failing function', () => {
  test('that throws answers type, message and trace', async () => {
    fixture = runtimeWith(
      `class Conflict extends Error { name = 'Conflict' }
       export const handler = async () => { throw new Conflict('held by another'); };`,
    );
    const { value, functionError } = await fixture.call();
    expect(functionError).toBe('Unhandled');
    expect(value).toMatchObject({ errorType: 'Conflict', errorMessage: 'held by another' });
    expect(value).toHaveProperty('trace.0', 'Conflict: held by another');
  });

  test('that runs too long is killed, and the next call gets a fresh process', async () => {
    fixture = runtimeWith(
      `export const handler = async (event) => event.wait ? new Promise(() => setInterval(() => {}, 1000)) : process.pid;`,
      { timeoutSeconds: 1 },
    );
    const { value: first } = await fixture.call();
    const { value, functionError } = await fixture.call({ wait: true });
    expect(functionError).toBe('Unhandled');
    expect(value).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1.00 seconds$/,
      ),
    });
    const { value: second } = await fixture.call();
    expect(second).not.toBe(first);
  });

  test('that leaves answers Runtime.ExitError with its exit status', async () => {
    fixture = runtimeWith('export const handler = async () => process.exit(3);');
    const { value } = await fixture.call();
    expect(value).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: exit status 3$/),
    });
  });

  test('that is killed answers Runtime.ExitError with the signal', async () => {
    fixture = runtimeWith(
      "export const handler = () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); };",
    );
    const { value } = await fixture.call();
    expect(value).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: killed$/),
    });
  });

  test('that forgets a rejected promise is told so', async () => {
    fixture = runtimeWith(
      "export const handler = () => { void Promise.reject(new Error('lost')); return new Promise(() => {}); };",
    );
    const { value } = await fixture.call();
    expect(value).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: lost',
    });
  });

  test.each([
    ['has no such export', 'export const other = 1;', 'Runtime.HandlerNotFound'],
    [
      'takes a callback',
      'export const handler = (event, context, callback) => callback(null, 1);',
      'Runtime.CallbackHandlerDeprecated',
    ],
    ['throws while it loads', "throw new TypeError('at load');", 'TypeError'],
  ])('whose module %s says so', async (_what, source, errorType) => {
    fixture = runtimeWith(source);
    expect(await fixture.call()).toMatchObject({ value: { errorType }, functionError: 'Unhandled' });
  });
});

describe('the environments of a function', () => {
  test('are used again, one call at a time, and no more than allowed are started', async () => {
    fixture = runtimeWith(
      `let running = 0, most = 0;
       export const handler = async () => { most = Math.max(most, ++running); await new Promise((r) => setImmediate(r)); running--; return [process.pid, most]; };`,
      {},
      { maxEnvironments: 2 },
    );
    const answers = await Promise.all(Array.from({ length: 12 }, () => fixture.call()));
    const pids = new Set(answers.map(({ value }) => (value as number[])[0]));
    expect(pids.size).toBe(2);
    expect(answers.every(({ value }) => (value as number[])[1] === 1)).toBe(true);
    expect(fixture.runtime.stats().it).toMatchObject({ invocations: 12, errors: 0, waiting: 0 });
    expect(fixture.runtime.stats().it?.maxRssBytes).toBeGreaterThan(10e6);
  });

  test('beyond the reserved concurrency calls are throttled', async () => {
    fixture = runtimeWith('export const handler = async () => 1;', { reservedConcurrency: 1 });
    const first = fixture.call();
    await expect(fixture.call()).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
    await expect(first).resolves.toMatchObject({ value: 1 });
  });

  test('are gone when the runtime is closed, with their scratch folders', async () => {
    fixture = runtimeWith('export const handler = async () => process.pid;');
    const { value: pid } = await fixture.call();
    await fixture.runtime.close(0);
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
    expect(readdirSync(join(fixture.dir, 'tmp'))).toEqual([]);
  });

  test('end when nobody has called them for a while', async () => {
    fixture = runtimeWith('export const handler = async () => 1;', {}, { idleMs: 0 });
    await fixture.call();
    while (fixture.runtime.stats().it?.environments !== 0)
      await new Promise((resolve) => setImmediate(resolve));
    expect(await fixture.call()).toMatchObject({ value: 1 });
  });

  test('take nobody in any more once the runtime closes: who waits is refused', async () => {
    fixture = runtimeWith('export const handler = () => new Promise(() => {});', {}, { maxEnvironments: 1 });
    const running = fixture.call();
    const waiting = expect(fixture.call()).rejects.toMatchObject({ code: 'ServiceException', status: 503 });
    await fixture.runtime.close(0);
    expect(await running).toMatchObject({ value: { errorType: 'Runtime.ExitError' } });
    await waiting;
  });

  test("do not mind the terminal's Ctrl-C: the runtime decides when they end", async () => {
    fixture = runtimeWith(
      "export const handler = async () => { process.kill(process.pid, 'SIGINT'); await new Promise(setImmediate); return 'on'; };",
    );
    expect(await fixture.call()).toMatchObject({ value: 'on' });
  });

  test('leave when the process of the runtime is killed', async () => {
    fixture = runtimeWith('export const handler = async () => process.pid;');
    const host = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', hostScript(fixture.dir)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const pid = await new Promise<number>((resolve) =>
      host.stdout.once('data', (data) => resolve(Number(String(data)))),
    );
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    const gone = new Promise((resolve) => host.once('close', resolve));
    host.kill('SIGKILL');
    await gone;
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
    expect(isAlive(pid)).toBe(false);
  });
});

describe('faults that tests ask for', () => {
  test('a call can run twice, and the second answer counts', async () => {
    fixture = runtimeWith(
      'let n = 0; export const handler = async () => ++n;',
      {},
      { maxEnvironments: 1, onInvoke: () => ({ kind: 'twice' }) },
    );
    expect(await fixture.call()).toMatchObject({ value: 2 });
  });

  test('a call can be killed on its way', async () => {
    fixture = runtimeWith(
      'export const handler = () => new Promise(() => {});',
      {},
      { onInvoke: () => ({ kind: 'kill', afterMs: 0 }) },
    );
    expect(await fixture.call()).toMatchObject({ value: { errorType: 'Runtime.ExitError' } });
  });

  test('a call can run out of its time on its way, whatever that time is', async () => {
    fixture = runtimeWith(
      'export const handler = () => new Promise(() => {});',
      {},
      { onInvoke: () => ({ kind: 'timeout', afterMs: 0 }) },
    );
    expect(await fixture.call()).toMatchObject({
      functionError: 'Unhandled',
      value: { errorType: 'Sandbox.Timedout' },
    });
  });

  test('a call can fail by Lambda itself, and the function does not run', async () => {
    fixture = runtimeWith(
      "export const handler = async () => 'ran';",
      {},
      { onInvoke: () => ({ kind: 'serviceError' }) },
    );
    await expect(fixture.call()).rejects.toMatchObject({ code: 'ServiceException', status: 500 });
    expect(fixture.runtime.stats()).toMatchObject({ it: { invocations: 0 } });
  });
});

/** Signal 0 asks whether the process is there. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A process that runs the function once, prints its pid and then stays. */
const hostScript = (dir: string): string => {
  const runtime = new URL('../../src/lambda/runtime.ts', import.meta.url).href;
  const spec = {
    name: 'it',
    arn: 'arn',
    handler: 'functions/it.handler',
    runtime: 'nodejs24.x',
    memoryMb: 128,
    timeoutSeconds: 30,
    environment: {},
    logging: { format: 'Text', application: 'TRACE', system: 'INFO' },
    zipPath: join(dir, 'it.zip'),
  };
  return `const { createRuntime } = await import(${JSON.stringify(runtime)});
    const runtime = createRuntime([${JSON.stringify(spec)}], { endpoint: 'http://127.0.0.1:1', dataDir: ${JSON.stringify(dir)} });
    console.log((await runtime.invoke('it', '{}')).payload);
    setInterval(() => {}, 1000);`;
};
