import { describe, expect, test } from '@jest/globals';
import type { FunctionInvoker } from '../../src/contracts.ts';
import { AwsError } from '../../src/contracts.ts';
import { fixture, oneTask, outputOf } from '../../src/testing/stepFunctions.ts';

const invoke = 'arn:aws:states:::lambda:invoke';
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const parameters = { FunctionName: functionArn, 'Payload.$': '$' };

const run = (functions: FunctionInvoker['invoke'], fields = {}) =>
  fixture({ functions }).run(oneTask(invoke, { Parameters: parameters, ...fields }), { a: 1 });
const failing = (payload: string) => run(async () => ({ payload, functionError: 'Unhandled' }));

describe('lambda:invoke', () => {
  test('the payload goes to the function, and its answer stands in Payload beside what Lambda says', async () => {
    const seen: string[] = [];

    const ended = await run(async (name, payload) => {
      seen.push(name, payload);
      return { payload: '{"b":[2]}' };
    });

    expect(seen).toEqual([functionArn, '{"a":1}']);
    expect(outputOf(ended)).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { b: [2] },
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: 'request-1' },
      StatusCode: 200,
    });
  });

  test("a function that throws fails with its error's own name, and its answer as the cause", async () => {
    const thrown = '{"errorType":"RawObjectDamaged","errorMessage":"raw/x","trace":["a","b"]}';

    expect(await failing(thrown)).toMatchObject({
      status: 'FAILED',
      error: 'RawObjectDamaged',
      cause: thrown,
    });
  });

  test('a function that was killed without a word is Lambda.Unknown', async () => {
    expect(await failing('{}')).toMatchObject({ error: 'Lambda.Unknown' });
    expect(await failing('gone')).toMatchObject({ error: 'Lambda.Unknown' });
    const broken = () => Promise.reject(new Error('pipe closed'));
    expect(await run(broken)).toMatchObject({ error: 'Lambda.Unknown', cause: 'pipe closed' });
  });

  test("Lambda's own errors carry its name", async () => {
    const throttled = () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429));

    expect(await run(throttled)).toMatchObject({
      error: 'Lambda.TooManyRequestsException',
      cause: 'Rate Exceeded. (Service: Lambda, Status Code: 429, Request ID: request-1)',
    });
  });

  test('an error name can be retried: the second attempt is a new invocation', async () => {
    let calls = 0;
    const flaky: FunctionInvoker['invoke'] = async () => {
      calls += 1;
      if (calls === 1) return { payload: '{"errorType":"Transient"}', functionError: 'Unhandled' };
      return { payload: 'null' };
    };

    const ended = await run(flaky, { Retry: [{ ErrorEquals: ['Transient'] }], OutputPath: '$.Payload' });

    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: 'null' });
    expect(calls).toBe(2);
  });

  test('the function is told when its task has timed out', async () => {
    let aborted = false;
    const slow: FunctionInvoker['invoke'] = (_, __, options) => {
      options?.signal?.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise<never>(() => {});
    };

    expect(await run(slow, { TimeoutSeconds: 3 })).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
    expect(aborted).toBe(true);
  });

  test('an asynchronous invocation is refused instead of being made a synchronous one', async () => {
    const ended = await run(async () => ({ payload: '1' }), {
      Parameters: { ...parameters, InvocationType: 'Event' },
    });

    expect(ended).toMatchObject({ error: 'States.Runtime' });
    expect(String(ended.cause)).toContain('InvocationType');
  });

  test('a function as the resource itself answers without wrapping', async () => {
    const { run: runMachine } = fixture({ functions: async (_, payload) => ({ payload }) });

    expect(outputOf(await runMachine(oneTask(functionArn), { x: 1 }))).toEqual({ x: 1 });
  });
});
