import '../../helpers/shop.ts';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningConsole, startConsole } from '../../../cli/console/server.ts';
import { consoleStage } from '../../../cli/console/stage.ts';
import { accessTo } from '../../../client/access.ts';

const files = new Map([
  ['/index.html', { body: Buffer.from('<meta content="%NONCE%">'), type: 'text/html; charset=utf-8' }],
  ['/assets/main.js', { body: Buffer.from('go()'), type: 'text/javascript; charset=utf-8' }],
]);

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

let running: RunningConsole;
let token: string;

beforeAll(async () => {
  // Nothing here asks the stage: the port is one that nobody answers at.
  const local = { endpoint: 'http://127.0.0.1:9', collector: 'http://127.0.0.1:9', dataDir: '.' };
  running = await startConsole({ stage: consoleStage(accessTo('local', local)), files, port: 0 });
  token = new URL(running.address).searchParams.get('token') ?? '';
});

afterAll(() => running.close());

const own = () => `127.0.0.1:${running.port}`;

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** fetch sets Host by itself: this asks with any. */
const ask = ({ method = 'GET', path = '/', headers = {}, body }: Asked): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port: running.port, method, path, headers: { host: own(), ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

const cookie = async (): Promise<string> => {
  const { headers } = await ask({ path: `/?token=${token}` });
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
};

const call = async (name: string, changed: Asked = {}): Promise<Answer> =>
  ask({
    method: 'POST',
    path: `/api/${name}`,
    body: '{}',
    ...changed,
    headers: {
      origin: `http://${own()}`,
      'content-type': 'application/json',
      cookie: await cookie(),
      ...changed.headers,
    },
  });

describe('who gets in', () => {
  test('nobody without the token or the cookie, and is told where to find it', async () => {
    const { status, text } = await ask({});
    expect(status).toBe(401);
    expect(text).toContain('Open the address that headrace console printed');
  });

  test.each(['/?token=', '/?token=wrong', '/assets/main.js', '/api/stage'])('not by %s', async (path) => {
    expect((await ask({ path })).status).toBe(401);
  });

  test('the token gives a cookie that no script and no other site gets', async () => {
    const { status, headers } = await ask({ path: `/?token=${token}` });
    expect(status).toBe(200);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        new RegExp(`^headrace-console-${running.port}=[\\w-]{32}; Path=/; HttpOnly; SameSite=Strict$`),
      ),
    ]);
    expect(headers['set-cookie']?.[0]).not.toContain(token);
  });

  test('the cookie gets the files of the page, and nothing beside them', async () => {
    const headers = { cookie: await cookie() };
    expect(await ask({ path: '/assets/main.js', headers })).toMatchObject({ status: 200, text: 'go()' });
    for (const path of ['/../package.json', '/assets/..%2f..%2fpackage.json', '/package.json'])
      expect((await ask({ path, headers })).status).toBe(404);
  });

  test('a cookie of another console does not', async () => {
    const headers = { cookie: (await cookie()).replace(/=.*/, '=wrong') };
    expect((await ask({ headers })).status).toBe(401);
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])(
    'not under the name %s, though it points here and brings the cookie',
    async (host) => {
      expect((await ask({ headers: { host, cookie: await cookie() } })).status).toBe(403);
      expect((await ask({ path: `/?token=${token}`, headers: { host } })).status).toBe(403);
    },
  );

  test('localhost is this machine, too', async () => {
    const { status } = await ask({
      path: `/?token=${token}`,
      headers: { host: `localhost:${running.port}` },
    });
    expect(status).toBe(200);
  });

  test.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])(
    'not from a page of %s',
    async (origin) => {
      expect((await call('events', { headers: { origin } })).status).toBe(403);
      expect((await ask({ headers: { origin, cookie: await cookie() } })).status).toBe(403);
    },
  );

  test('a POST must say which page it is of, and bring JSON', async () => {
    const headers = { cookie: await cookie(), 'content-type': 'application/json' };
    expect((await ask({ method: 'POST', path: '/api/events', headers, body: '{}' })).status).toBe(403);
    expect((await call('events', { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });

  test('by no other method', async () => {
    expect((await call('events', { method: 'PUT' })).status).toBe(405);
  });
});

describe('what every answer says', () => {
  test('only what the console itself serves may run, and nobody may frame it', async () => {
    for (const answer of [await ask({}), await ask({ path: `/?token=${token}` }), await call('events')]) {
      expect(answer.headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'( 'nonce-[\w+/=]{24}')?; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('the nonce of styles is another each time, and the one in the document', async () => {
    const [one, other] = [await ask({ path: `/?token=${token}` }), await ask({ path: `/?token=${token}` })];
    const nonce = /content="(.*)"/.exec(one.text)?.[1] ?? '';
    expect(one.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
    expect(other.text).not.toContain(nonce);
  });
});

describe('a call', () => {
  const lastLine = ({ text }: Answer) => JSON.parse(text.trim().split('\n').at(-1) ?? '');

  test('gives its result with the time that it is of', async () => {
    const { result, asOf } = lastLine(await call('events'));
    expect(result.types.map(({ name }: { name: string }) => name)).toContain('order_completed');
    expect(Date.parse(asOf)).not.toBeNaN();
  });

  test('that does not exist, or has a wrong input, tells what to do', async () => {
    const unknown = await call('constructor');
    expect(unknown.status).toBe(404);
    expect(lastLine(unknown).problem.next).toBe('Reload the page.');
    expect(lastLine(await call('overview', { body: '{"days":0}' })).problem).toMatchObject({
      message: expect.stringContaining('days'),
      next: expect.stringContaining('Correct the input'),
    });
  });

  test('of a stage that does not answer says so, and what to do', async () => {
    expect(lastLine(await call('tables')).problem).toMatchObject({
      message: expect.stringContaining('The stage does not answer'),
      next: expect.stringContaining('npx headrace up'),
    });
  });
});
