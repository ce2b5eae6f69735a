import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import * as z from 'zod';

/** Where the X-Ray SDK sends the subsegments of a call: the daemon's address, which it reads when it is loaded. */
let daemon: Socket;
const before = { ...process.env };

beforeEach(async () => {
  daemon = createSocket('udp4');
  daemon.bind(0, '127.0.0.1');
  await once(daemon, 'listening');
  Object.assign(process.env, {
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    // Powertools traces nothing where these do not say that this is Lambda.
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: '/var/task',
    _HANDLER: 'functions/sweep.handler',
    POWERTOOLS_SERVICE_NAME: 'sweep',
    POWERTOOLS_METRICS_NAMESPACE: 'Headrace',
  });
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  process.env = { ...before };
  jest.restoreAllMocks();
  daemon.close();
  await once(daemon, 'close');
});

const trace = (sampled: 0 | 1): string =>
  `Root=1-692233a0-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=${sampled}`;

// Of the context the wrapper reads the request id only; the rest is Lambda's own business.
const context = { awsRequestId: 'request-1', functionName: 'sweep' } as Context;

const call = async (): Promise<unknown> => {
  const { step } = await import('../../src/lambda/step.ts');
  return step(z.object({ n: z.number() }), async ({ n }) => ({ twice: n * 2 }))({ n: 2 }, context);
};

test('of a call that is sampled X-Ray gets a subsegment with the handler’s name', async () => {
  process.env._X_AMZN_TRACE_ID = trace(1);
  const sent = once(daemon, 'message');
  expect(await call()).toEqual({ twice: 4 });
  const [said] = await sent;
  expect(String(said)).toContain('"name":"## functions/sweep.handler"');
});

test.each([trace(0), undefined])('of a call that is not sampled (%s) X-Ray gets nothing', async (given) => {
  if (given === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = given;
  const heard: unknown[] = [];
  daemon.on('message', (message) => heard.push(message));
  expect(await call()).toEqual({ twice: 4 });
  // What was sent to this socket before arrives before this.
  const last = once(daemon, 'message');
  const own = createSocket('udp4');
  own.send('end', daemon.address().port, '127.0.0.1', () => own.close());
  await last;
  expect(heard.map(String)).toEqual(['end']);
});
