import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { TestTimer } from '../endpoint/fixture.ts';
import { apiWith, frontWith } from './fixture.ts';

let front: Awaited<ReturnType<typeof frontWith>>;
afterEach(() => front.close());

const routes = ['POST /v1/events', 'POST /v1/track'];
const settings = (rate: number, burst: number) => ({
  DetailedMetricsEnabled: true,
  ThrottlingRateLimit: rate,
  ThrottlingBurstLimit: burst,
});
const post = (path: string) => fetch(`${front.url}${path}`, { method: 'POST', body: '{}' });
const statuses = async (n: number, path = '/v1/events'): Promise<number[]> => {
  const found: number[] = [];
  for (let i = 0; i < n; i += 1) found.push((await post(path)).status);
  return found;
};

describe('the throttle of a stage', () => {
  test('lets a burst through, answers 429 as API Gateway does, and fills again with time', async () => {
    const timer = new TestTimer();
    const api = apiWith(routes, undefined, 30_000, { DefaultRouteSettings: settings(2, 3) });
    front = await frontWith(api, undefined, timer);
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(await (await post('/v1/events')).text()).toBe('{"message":"Too Many Requests"}');
    timer.advance(500);
    expect(await statuses(2)).toEqual([200, 429]);
    timer.advance(60_000);
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    // Turned away before the function: it has seen those that were answered only.
    expect(front.events).toHaveLength(7);
  });

  test('is one of each route, and a route may have its own', async () => {
    const stage = {
      DefaultRouteSettings: settings(1, 1),
      RouteSettings: { 'POST /v1/track': settings(1, 2) },
    };
    front = await frontWith(apiWith(routes, undefined, 30_000, stage), undefined, new TestTimer());
    expect(await statuses(2)).toEqual([200, 429]);
    expect(await statuses(3, '/v1/track')).toEqual([200, 200, 429]);
  });

  test('is none where the stage says nothing of it', async () => {
    const api = apiWith(routes, undefined, 30_000, {
      DefaultRouteSettings: { DetailedMetricsEnabled: true },
    });
    front = await frontWith(api);
    expect(new Set(await statuses(50))).toEqual(new Set([200]));
    expect(() =>
      apiWith(routes, undefined, 30_000, { DefaultRouteSettings: { ThrottlingRateLimit: 1 } }),
    ).toThrow('must be set together');
  });

  test('tells a browser so: the 429 carries the permission for its origin', async () => {
    const stage = { DefaultRouteSettings: settings(1, 0) };
    front = await frontWith(apiWith(routes, { AllowOrigins: ['*'] }, 30_000, stage));
    const answer = await fetch(`${front.url}/v1/events`, {
      method: 'POST',
      headers: { origin: 'https://a.example' },
    });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([429, '*']);
  });
});

describe('a body that comes slowly', () => {
  test('is waited for 30 s and no longer; other requests are answered meanwhile', async () => {
    const timer = new TestTimer();
    front = await frontWith(apiWith(routes), undefined, timer);
    const socket = connect(front.port, '127.0.0.1');
    let answered = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answered += text;
    });
    await once(socket, 'connect');
    socket.write('POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"event');
    // Its answer shows that the front has had time to see the first request.
    expect(await statuses(1)).toEqual([200]);
    timer.advance(29_999);
    expect(await statuses(1)).toEqual([200]);
    expect(answered).toBe('');
    timer.advance(1);
    await once(socket, 'close');
    expect(answered).toMatch(/^HTTP\/1\.1 408 [\s\S]*\{"message":"Request Timeout"\}$/);
    expect(front.events).toHaveLength(2);
  });
});
