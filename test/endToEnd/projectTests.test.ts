import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type CommandResult, headrace } from '../helpers/commandLine.ts';
import { temporaryFolder } from '../helpers/rawLines.ts';

/** `headrace test` on two files that hold for any project: its event is of no type that one has. */

const passing = `description: An event that is sent twice is stored once, and sources are kept apart
source: gate
send:
  - &opened { event_id: e-1, event_name: door opened, event_time: 2026-11-01T10:00:00Z, properties: { by: 1.10 } }
  - *opened
  - { event_id: e-1, event_name: door opened, event_time: 2026-11-01T10:00:00Z, source: window }
  - { event_id: e-2, event_time: 2026-11-01T10:00:00Z }
sendFile: more.ndjson
rejected:
  - { event_id: e-2, reason: missing_event_name }
  - { event_id: null, reason: invalid_json }
expect:
  - query: SELECT source, event_id, event_time, properties FROM events WHERE dt = '2026-11-01' ORDER BY source DESC, 2
    rows:
      - { source: window, event_id: e-1, event_time: 2026-11-01T10:00:00Z, properties: {} }
      - { source: gate, event_id: e-1, event_time: 2026-11-01T10:00:00Z, properties: '{"by":1.10}' }
      - { source: gate, event_id: e-3, event_time: 2026-11-01T11:00:00Z, properties: {} }
`;

const lines = `{"event_id":"e-3","event_name":"door opened","event_time":"2026-11-01T11:00:00Z"}
{"event_id":"e-4",
`;

const failing = `description: Nothing of the test before is there
send:
  - { event_id: e-5, event_name: door opened, event_time: 2026-11-01T10:00:00Z }
  - { event_id: e-6, event_time: 2026-11-01T10:00:00Z }
rejected:
  - { event_id: e-5, reason: old_event_time }
expect:
  - query: SELECT event_id, event_name FROM events
    rows:
      - { event_id: e-5, event_name: door closed }
  - query: SELECT no_such_column FROM events
    rows: []
`;

describe('headrace test', () => {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder, name);
  let result: CommandResult;

  beforeAll(async () => {
    writeFileSync(file('a.yml'), passing);
    writeFileSync(file('more.ndjson'), lines);
    writeFileSync(file('b.yml'), failing);
    result = await headrace(['test', file('a.yml'), file('b.yml'), '--json'], { cwd: folder });
  }, 300_000);

  test('tells each test, and fails if one does', () => {
    const { passed, failed, tests } = result.document;
    expect([result.code, passed, failed]).toEqual([1, 1, 1]);
    expect(tests[0]).toMatchObject({ file: file('a.yml'), ok: true, failures: [] });
    expect(result.stderr.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed');
  });

  test('shows of a failure the line, the query, what was expected and what was there', () => {
    const { failures } = result.document.tests[1];
    expect(failures).toEqual([
      { line: 4, says: 'e-6 was rejected: missing_event_name: the event has no name' },
      { line: 6, says: 'e-5 was not rejected (expected: old_event_time)' },
      {
        line: 8,
        says: 'the rows are not the expected ones',
        query: 'SELECT event_id, event_name FROM events',
        differences: [
          {
            expected: { event_id: 'e-5', event_name: 'door closed' },
            got: { event_id: 'e-5', event_name: 'door opened' },
            values: ['event_name: expected "door closed", got "door opened"'],
          },
        ],
      },
      {
        line: 11,
        query: 'SELECT no_such_column FROM events',
        says: expect.stringContaining('no_such_column'),
      },
    ]);
    expect(result.stderr).toContain('      + got       { event_id: "e-5", event_name: "door opened" }\n');
  });

  test('leaves nothing behind where it was called', () => {
    expect(existsSync(file('.headrace'))).toBe(false);
  });
});
