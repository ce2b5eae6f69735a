import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Ajv2020 from 'ajv/dist/2020.js';
import { createFakeStream, type FakeStream, KEY, type Plan } from '../helpers/collector.ts';
import { type CollectorServer, startCollector } from '../helpers/collectorServer.ts';

const page = readFileSync('docs/guides/sending.md', 'utf8');
const schema = JSON.parse(readFileSync('docs/reference/request.schema.json', 'utf8'));

const blockOf = (language: string): string => {
  const [, block] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  if (block === undefined) throw new Error(`docs/guides/sending.md has no block of ${language}`);
  return block;
};

describe('the JSON Schema of a request', () => {
  const matches = new Ajv2020.default({ allowUnionTypes: true }).compile(schema);
  let server: CollectorServer;
  beforeAll(async () => {
    server = await startCollector(createFakeStream());
  });
  afterAll(() => server.close());

  const answered = async (body: unknown): Promise<number> => {
    const answer = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { 'x-write-key': KEY, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.status;
  };

  const event = { event_name: 'a', event_time: '2026-11-01T09:30:00Z' };

  test.each([
    event,
    [event, { event: 'b' }],
    { events: [event], sent_at: '2026-11-01T09:30:00Z', context: { locale: 'de-DE' } },
    { event_name: null, event: 'b', timestamp: 1793525400 },
    { ...event, event_id: 7, user_id: 7.5, anonymous_id: null, session_id: '' },
    { ...event, properties: { event_id: {} }, anything: [1], context: null },
    ...[
      '2026-11-01',
      '2026-11-01T09:30Z',
      '2026-11-01 18:30:00,5+0900',
      '2026-11-01T09:30:60-23',
      1793525400000.5,
    ].map((event_time) => ({ ...event, event_time })),
    { ...event, timestamp: 'not a time, but event_time is there' },
  ])('matches what the collector takes: %j', async (body) => {
    expect([matches(body), await answered(body)]).toEqual([true, 202]);
  });

  test.each([
    {},
    5,
    [5],
    { event_name: '' },
    { event_name: ' ' },
    { event_name: 5 },
    { event_name: 'n'.repeat(129) },
    { ...event, event_id: {} },
    { ...event, event_id: 'i'.repeat(257) },
    { ...event, user_id: true },
    { ...event, context: [] },
    { ...event, properties: 'text' },
    { ...event, sent_at: 'soon' },
    { events: [event], source: 'web' },
    ...['yesterday', '20261101T0930Z', '1793525400', '2026-11-01T24:00:00Z', '2026-13-01', '01/11/2026'].map(
      (event_time) => ({ ...event, event_time }),
    ),
  ])('does not match what the collector rejects: %j', async (body) => {
    const status = await answered(body);
    expect([matches(body), status === 422 || status === 400]).toEqual([false, true]);
  });
});

/** Throttles the first call, takes the second. */
const slow: Plan = (records, call) =>
  records.map(() => (call === 0 ? 'ProvisionedThroughputExceededException' : undefined));

/** Throttles one record of several at first, then takes all. */
const slowInPart: Plan = (records, call) =>
  records.map((_, index) =>
    call === 0 && index === 1 ? 'ProvisionedThroughputExceededException' : undefined,
  );

/** Too large for two of them to be in one record. */
const three = ['a', 'b', 'c'].map((id) => ({
  event_id: id,
  event_name: 'large',
  properties: { text: 'x'.repeat(100_000) },
}));

describe('the code of the page', () => {
  let stream: FakeStream;
  let server: CollectorServer;
  const started = async (plan = slow): Promise<void> => {
    stream = createFakeStream(plan);
    server = await startCollector(stream);
  };
  const sentOnce = (name: string) => {
    expect(server.statuses).toEqual([503, 202]);
    expect(stream.events().map(({ event_name }) => event_name)).toEqual([name]);
  };

  const sentInParts = () => {
    expect(server.statuses).toEqual([207, 202]);
    expect(new Set(stream.events().map(({ event_id }) => event_id))).toEqual(new Set(['a', 'b', 'c']));
  };

  // The page's own code, in a function that has its two variables, and a clock that does not wait.
  const runJavaScript = async (code: string, key = KEY): Promise<void> => {
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor; // the language has no name for it
    const run = new AsyncFunction('COLLECTOR', 'WRITE_KEY', 'setTimeout', code);
    await run(server.url, key, (done: () => void) => done());
  };

  /** The page's function, without its call of it. */
  const functionOf = (language: string, call: string): string =>
    blockOf(language).split(`\n${call}`)[0] ?? '';

  test('in JavaScript sends an event, and again while the collector asks for it', async () => {
    await started();
    await runJavaScript(blockOf('js'));
    sentOnce('page_view');
    await server.close();
  });

  test('in JavaScript sends the events again that a 207 asks for', async () => {
    await started(slowInPart);
    const call = `await sendEvents(${JSON.stringify(three)}, { collector: COLLECTOR, writeKey: WRITE_KEY });`;
    await runJavaScript(`${functionOf('js', 'await sendEvents(')}\n${call}`);
    sentInParts();
    await server.close();
  });

  test('in JavaScript fails with what the collector says of a wrong key', async () => {
    await started();
    await expect(runJavaScript(blockOf('js'), 'wk_wrong')).rejects.toThrow(/answered 401: .*key/);
    expect(server.statuses).toEqual([401]);
    await server.close();
  });

  const python = spawnSync('python3', ['--version']).status === 0;
  const runPython = async (code: string, events = ''): Promise<void> => {
    const child = spawn('python3', ['-c', `import time\ntime.sleep = lambda seconds: None\n${code}`], {
      env: { ...process.env, COLLECTOR: server.url, WRITE_KEY: KEY },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin?.end(events);
    expect((await once(child, 'close'))[0]).toBe(0);
  };

  (python ? test : test.skip)('in Python does the same (needs python3)', async () => {
    await started();
    await runPython(blockOf('python'));
    sentOnce('page_view');
    await server.close();
  });

  (python ? test : test.skip)('in Python sends again what a 207 asks for (needs python3)', async () => {
    await started(slowInPart);
    const call = 'send_events(json.load(sys.stdin), os.environ["COLLECTOR"], os.environ["WRITE_KEY"])';
    await runPython(`import sys\n${functionOf('python', 'send_events(')}\n${call}`, JSON.stringify(three));
    sentInParts();
    await server.close();
  });

  test('of curl is one event that the collector takes', async () => {
    await started();
    const [, body = ''] = /-d '(\{[\s\S]*?\})'\n/.exec(blockOf('sh')) ?? [];
    for (const status of [503, 202]) {
      const answer = await fetch(`${server.url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${KEY}:`)}`, 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBe(status);
    }
    sentOnce('order_completed');
    await server.close();
  });

  test('of JSON and of lines says the same two events in each form', async () => {
    const forms = page.split('All of these are the same two events:')[1]?.split('```')[1] ?? '';
    const bodies = forms.trim().split('\n\n');
    expect(bodies).toHaveLength(3);
    for (const body of bodies) {
      const taken = createFakeStream();
      const one = await startCollector(taken);
      await fetch(`${one.url}/v1/events`, { method: 'POST', headers: { 'x-write-key': KEY }, body });
      expect(taken.events().map(({ event_name }) => event_name)).toEqual(['a', 'b']);
      await one.close();
    }
  });
});
