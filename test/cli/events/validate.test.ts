import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { MAX_AGE_DAYS, validate } from '../../../cli/events/validate.ts';

const folder = mkdtempSync(join(tmpdir(), 'validate-'));
const before = process.env.HEADRACE_PROJECT;
beforeAll(() => {
  process.env.HEADRACE_PROJECT = folder;
  mkdirSync(join(folder, 'events'));
  const columns = 'columns: { plan: { type: string, description: Plan, required: true } }';
  writeFileSync(join(folder, 'events', 'signed_up.yml'), `description: A\nstrict: reject\n${columns}\n`);
  writeFileSync(
    join(folder, 'events', 'seen.yml'),
    'description: B\ncolumns: { seconds: { type: bigint, description: S } }\n',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (before === undefined) delete process.env.HEADRACE_PROJECT;
  else process.env.HEADRACE_PROJECT = before;
});

let said: string[] = [];
const say = (line = ''): void => {
  said.push(line);
};
const raise = (): never => {
  throw new Error('not asked for');
};

const run = (name: string, text: string, options: Readonly<Record<string, string | boolean>> = {}) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  said = [];
  return validate(
    {
      stage: 'local',
      json: true,
      positionals: ['validate', file],
      signal: new AbortController().signal,
      screen: { say, heading: say, warn: say, table: () => {}, progress: raise },
      option: (one) => (typeof options[one] === 'string' ? options[one] : undefined),
      options: () => [],
      flag: (one) => options[one] === true,
    },
    [file],
  );
};

const WRONG = `{"event_name":"signed_up","properties":{"plan":"a"}}

{"event_name":"signed_up","properties":{"plan":1}}
{"event_name":"seen","properties":{"seconds":1.5}}
{"properties":{}}
nonsense
{"event_name":"unknown","event_time":"1999-01-01"}
`;

test('each event that the collector would reject is told with its line, reason and detail', async () => {
  const { ok, document } = await run('a.ndjson', WRONG);
  expect(ok).toBe(false);
  const file = join(folder, 'a.ndjson');
  expect(document).toMatchObject({
    ...{ events: 6, accepted: 2, rejected: 4, warned: 1 },
    reasons: { contract_violation: 1, missing_event_name: 1, invalid_json: 1, old_event_time: 1 },
    rejections: [
      { file, line: 3, reason: 'contract_violation', detail: 'plan must be a string, and is a number' },
      { file, line: 5, reason: 'missing_event_name' },
      { file, line: 6, reason: 'invalid_json' },
      { file, line: 7, reason: 'old_event_time' },
    ],
    warnings: [
      {
        file,
        line: 4,
        event: 'seen',
        detail: 'seconds must be a whole number (bigint), and is a number that does not fit',
      },
    ],
  });
  expect(said).toContain(`${file}:5: rejected: missing_event_name: the event has no name`);
  expect(said.at(-1)).toBe('6 events: 2 would be accepted, 1 of them with warnings, 4 would be rejected.');
});

test('warnings fail only with --strict', async () => {
  const warned = '[{"event_name":"seen","properties":{"seconds":"1"}}]';
  expect((await run('a.json', warned)).ok).toBe(true);
  expect((await run('a.json', warned, { strict: true })).ok).toBe(false);
});

test('--max-age-days takes older events, as a stage of that param does', async () => {
  const old = '{"event_name":"unknown","event_time":"1999-01-01"}\n';
  expect((await run('a.ndjson', old)).ok).toBe(false);
  expect((await run('a.ndjson', old, { 'max-age-days': '36525' })).ok).toBe(true);
  await expect(run('a.ndjson', old, { 'max-age-days': 'ten' })).rejects.toThrow('--max-age-days: "ten"');
});

test('an event that looks like a batch is one event in a file, as headrace send has it', async () => {
  const { document } = await run('a.ndjson', '{"events":[{"event_name":"seen"}]}\n');
  expect(document).toMatchObject({ events: 1, reasons: { missing_event_name: 1 } });
});

test('a file without events is an error: a check that looked at nothing is not green', async () => {
  await expect(run('a.ndjson', '\n')).rejects.toThrow('There are no events in');
});

test('without an option events may be as old as deployed stages take them', () => {
  const { default: params } = parse(readFileSync('resources/params.yml', 'utf8'));
  expect(MAX_AGE_DAYS).toBe(params.maxEventAgeDays);
});
