import { createHmac, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { AwsError, type Emulator, startEmulator } from 'headrace-emulator';
import type { ApiCall, Interference } from 'headrace-emulator/services';
import { accessTo, clientConfig } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { createWriteKey } from '../../client/keys.ts';
import { packageStage } from '../../client/package.ts';
import { headrace, MACHINES, newDataDir } from '../helpers/commandLine.ts';

/** One stage that protects personal data, with a sender that sends too much and services that fail on the way. */
const person = {
  email: 'jane.planted@example.com',
  ip: '203.0.113.199',
  user: 'user-planted-4711',
  note: 'planted words of a property',
  token: 'hr_planted_key_that_is_not_ours',
};

const unprotected = new RegExp([person.email, person.ip].join('|'));

let dataDir: string;
let stage: Emulator;
let key: string;
let failing: ((call: ApiCall) => AwsError | undefined) | undefined;
const said: string[] = [];

const intercept = async (call: ApiCall): Promise<Interference> => {
  const error = failing?.(call);
  return error ? { around: () => Promise.reject(error) } : {};
};

beforeAll(async () => {
  dataDir = newDataDir();
  for (const stream of [process.stderr, process.stdout]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  }
  const packageDir = await packageStage('local', { personalData: 'protected' });
  stage = await startEmulator({
    packageDir,
    dataDir,
    port: 0,
    intercept,
    usageFolder: process.env.HEADRACE_IAM_USAGE,
  });
  key = await createWriteKey(accessTo('local', local()), 'shop', new Date());
}, 300_000);

/** The stage as the command line's clients see it. */
const local = () => ({ endpoint: stage.endpoint, collector: stage.httpApi, dataDir });

afterAll(async () => {
  jest.restoreAllMocks();
  await stage?.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const post = async (body: string, headers: Record<string, string> = {}, path = '/v1/events') => {
  const response = await fetch(`${stage.httpApi}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

const event = (id: string, more: object = {}) => ({
  event_id: id,
  event_name: 'order_completed',
  event_time: '2026-11-01T05:00:00.000Z',
  user_id: person.user,
  context: { ip: person.ip, traits: { email: person.email } },
  properties: { email: person.email, note: person.note, revenue: 'no number' },
  ...more,
});

/** Everything the run leaves for operators: the functions' logs, what the stage said, the executions' histories. */
const logs = async (): Promise<string> => {
  const folder = join(dataDir, 'logs');
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const sfn = new SFNClient(clientConfig(local()));
  const pages: string[] = [];
  for (const executionArn of executions) {
    for await (const page of paginateGetExecutionHistory({ client: sfn }, { executionArn })) {
      pages.push(JSON.stringify(page.events));
    }
  }
  return [...files, ...said, ...pages].join('\n');
};

/** `layer` of the event `good`, and all that events_now says of it. */
const goodNow = async (): Promise<{ layer: string; text: string }> => {
  const { columns, rows } = await runQuery(
    accessTo('local', local()),
    "SELECT * FROM events_now WHERE dt = '2026-11-01' AND event_id = 'good'",
  );
  expect(rows).toHaveLength(1);
  const row = rows[0] ?? [];
  return { layer: row[columns.indexOf('layer')] ?? '', text: JSON.stringify(row) };
};

/** As the collector writes it in the place of a text, with the key that the template made. */
const hashed = async (text: string): Promise<string> => {
  const secrets = new SecretsManagerClient(clientConfig(local()));
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: 'headrace-local-personal-data' }),
  );
  expect(SecretString).toMatch(/^[A-Za-z0-9]{64}$/);
  return `hmac:${createHmac('sha256', String(SecretString)).update(text).digest('hex')}`;
};

const executions: string[] = [];
const runEtl = async (): Promise<string | undefined> => {
  await stage.mappingsIdle();
  const sfn = new SFNClient(clientConfig(local()));
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: `${MACHINES}-etl`, name: randomUUID(), input: '{}' }),
  );
  executions.push(executionArn);
  for (;;) {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') return status;
    await new Promise((again) => setTimeout(again, 100));
  }
};

const stored = async (prefix: string): Promise<string> => {
  const s3 = new S3Client({ ...clientConfig(local()), forcePathStyle: true });
  const Bucket = String(stage.names.LakeBucket);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
  const texts = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      return (await import('node:zlib')).gunzipSync(bytes).toString('utf8');
    }),
  );
  return texts.join('');
};

describe('a stage that protects personal data', () => {
  test('has a key that the template made, and none of the fields in raw or quarantine', async () => {
    const refused = event('no-name', { event_name: '' });
    const answer = await post(JSON.stringify([event('good'), refused]));
    expect(answer.status).toBe(207);
    await stage.mappingsIdle();
    const hash = await hashed(person.email);
    for (const prefix of ['raw/', 'quarantine/']) {
      const text = await stored(prefix);
      expect(text).toContain(hash);
      expect(text).toContain(person.note);
      expect(text).not.toMatch(unprotected);
    }
  }, 60_000);

  test('has none of them in events_now, whether the event is built or has only landed', async () => {
    const speed = await goodNow();
    expect(await runEtl()).toBe('SUCCEEDED');
    const batch = await goodNow();
    expect([speed.layer, batch.layer]).toEqual(['speed', 'batch']);
    for (const { text } of [speed, batch]) {
      expect(text).toContain(await hashed(person.email));
      expect(text).toContain(await hashed(person.ip));
      expect(text).not.toMatch(unprotected);
    }
  }, 180_000);
});

describe('logs', () => {
  const silent = async (): Promise<void> => {
    const text = await logs();
    const found = Object.entries({ ...person, key }).filter(([, planted]) => text.includes(planted));
    expect(found.map(([name]) => name)).toEqual([]);
  };

  test('say that requests came, and nothing that was in them: taken, rejected, damaged, with foreign keys', async () => {
    const answers = [
      await post(JSON.stringify([event('a'), event('b', { event_time: person.note })])),
      await post(`{"event_name":"${person.note}","user_id":"${person.user}`),
      await post(`${JSON.stringify(event('c'))}\n{"email":"${person.email}`, {
        'content-type': 'application/x-ndjson',
      }),
      await post(JSON.stringify(event('d')), { authorization: `Bearer ${person.token}` }),
      await post(JSON.stringify(event('e')), { 'content-encoding': person.note }),
      await post(
        JSON.stringify({ writeKey: person.token, userId: person.user, event: person.note }),
        { authorization: '' },
        '/v1/track',
      ),
      await post(
        JSON.stringify({ type: 'track', event: 'x', userId: person.user, batch: [] }),
        {},
        `/v1/batch?email=${person.email}`,
      ),
    ];
    expect(answers.map(({ status }) => status)).toEqual([207, 400, 207, 401, 415, 401, 200]);
    for (const { text, headers } of answers) {
      expect(Object.values(person).filter((planted) => text.includes(planted))).toEqual([]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(await logs()).toMatch(/"message":"done"/);
    await silent();
  }, 60_000);

  test('name the service that failed, and not what it was given', async () => {
    const kinesis = (error: AwsError) => (call: ApiCall) =>
      call.service === 'kinesis' && call.operation === 'PutRecords' ? error : undefined;
    failing = kinesis(new AwsError('InternalFailure', 'out of order', 500));
    expect((await post(JSON.stringify(event('f')))).status).toBe(503);
    failing = kinesis(
      new AwsError('ValidationException', `Value '${person.user}' at 'records.1.member.partitionKey' is bad`),
    );
    const broken = await post(JSON.stringify(event('g')));
    expect([broken.status, broken.text]).toEqual([500, '{"message":"Internal Server Error"}']);
    failing = undefined;
    expect((await post(JSON.stringify(event('h')))).status).toBe(202);
    expect(await logs()).toContain('ValidationException');
    await silent();
  }, 120_000);

  test('and histories of a run over these events have none of it either', async () => {
    expect(await runEtl()).toBe('SUCCEEDED');
    expect(await logs()).toContain('order_completed');
    await silent();
  }, 180_000);
});

describe('headrace keys', () => {
  const keys = (...args: string[]) => headrace(['keys', ...args, '--data', dataDir, '--json']);
  const statusWith = async (writeKey: string): Promise<number> =>
    (await post(JSON.stringify(event(randomUUID())), { authorization: `Bearer ${writeKey}` })).status;

  test('makes keys, lists them without showing one, and revokes all but the newest', async () => {
    const first = await keys('create', 'app', '--name', 'ios');
    const second = await keys('create', 'app');
    expect(second.stderr).toContain('keys revoke --source app --all-but-newest');
    const listed = await keys('list', '--source', 'app');
    expect(listed.document.keys).toMatchObject([
      { id: first.document.id, source: 'app', name: 'ios', revokedAt: null },
      { id: second.document.id, source: 'app', name: null, revokedAt: null },
    ]);
    for (const { document } of [first, second]) {
      expect(listed.stdout + listed.stderr).not.toContain(document.key);
    }
    const revoked = await keys('revoke', '--source', 'app', '--all-but-newest');
    expect([revoked.code, revoked.document.holdsForSeconds]).toEqual([0, 60]);
    expect(revoked.document.revoked.map(({ id }: { id: string }) => id)).toEqual([first.document.id]);
    // No collector has seen either key before, so none remembers one.
    expect([await statusWith(first.document.key), await statusWith(second.document.key)]).toEqual([401, 202]);
    const again = await keys('revoke', first.document.id);
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('was revoked at')]);
  }, 60_000);

  test('says what it cannot do', async () => {
    const wrong = [
      await keys('revoke', 'ffffffffffff'),
      await keys('revoke', '--source', 'app'),
      await keys('revoke', '--source', 'nobody', '--all'),
      await keys('create', 'no source'),
      await keys('list', '--all'),
      await keys('forget'),
    ];
    expect(wrong.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(wrong.map(({ document }) => document.error)).toEqual([
      'There is no write key ffffffffffff.',
      'keys revoke takes an id, or --source with --all-but-newest or --all.',
      'The source has no write keys.',
      '"no source" is not a name for a source.',
      'keys list has no option --all.',
      'keys knows three forms: create, list and revoke.',
    ]);
  }, 60_000);
});

describe('a browser', () => {
  const preflight = (headers: Record<string, string>) =>
    fetch(`${stage.httpApi}/v1/events`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST', ...headers },
    });

  test('is told by the params which origins, methods and headers may send, without a function', async () => {
    const before = stage.functionStats()['headrace-local-collect'];
    const answer = await preflight({ 'access-control-request-headers': 'authorization,content-type' });
    expect([answer.status, Object.fromEntries(answer.headers)]).toEqual([
      204,
      expect.objectContaining({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': expect.stringMatching(/POST/),
        'access-control-allow-headers': expect.stringMatching(/authorization.*x-write-key/),
        'access-control-max-age': '86400',
      }),
    ]);
    expect(stage.functionStats()['headrace-local-collect']).toEqual(before);
  });

  test('may read the answer to what it sends, errors included', async () => {
    const origin = { origin: 'https://shop.example' };
    const answers = [await post('{}', origin), await post('{}', { ...origin, authorization: 'Bearer no' })];
    expect(
      answers.map(({ status, headers }) => [status, headers.get('access-control-allow-origin')]),
    ).toEqual([
      [422, '*'],
      [401, '*'],
    ]);
  });
});
