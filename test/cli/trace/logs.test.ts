import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { awsCommand, localLines, logQueries } from '../../../cli/trace/logs.ts';
import { holdsEvent } from '../../../cli/trace/sightings.ts';
import type { Step } from '../../../cli/trace/timeline.ts';

const at = '2026-11-01T06:00:00.000Z';
const step = (what: Step['what'], ids: Step['ids'], when: string | null = at): Step => ({
  at: when,
  what,
  text: '',
  ids,
});

describe('which lines tell of a step', () => {
  test('of the collector those of its request, of a landing those of its batch, of a build those of its execution', () => {
    const queries = logQueries([
      step('received', { receivedAt: at, source: 'shop' }),
      step('landed', { batch: 's-1', partition: '2026-11-01T05' }),
      step('built', { partition: '2026-11-01T05', build: 'b1', execution: 'run-1' }),
      step('in table', { partition: '2026-11-01T05' }, null),
    ]);
    expect(queries.map(({ function: name, match }) => [name, match])).toEqual([
      ['collect', { receivedAt: at, source: 'shop' }],
      ['land', { batch: 's-1' }],
      ['build', { partition: '2026-11-01T05', execution: 'run-1' }],
      ['publish', { partition: '2026-11-01T05', execution: 'run-1' }],
      ['report', { execution: 'run-1' }],
    ]);
  });

  test('each is asked for once', () => {
    const twice = step('received', { receivedAt: at, source: 'shop' });
    expect(logQueries([twice, twice])).toHaveLength(1);
  });
});

describe('the command for a deployed stage', () => {
  const query = {
    function: 'collect',
    match: { source: 'it\'s "ours"' },
    from: '2026-11-01T05:59:00.000Z',
    to: '2026-11-01T06:01:00.000Z',
  };

  test('names the log group and the minutes, and quotes whatever a source is called', () => {
    expect(awsCommand('prod', query)).toBe(
      'aws logs filter-log-events --log-group-name /aws/lambda/headrace-prod-collect ' +
        '--start-time 1793512740000 --end-time 1793512860000 ' +
        String.raw`--filter-pattern '{ $.source = "it'\''s \"ours\"" }' --query 'events[].message' --output text`,
    );
  });
});

describe('the lines of an emulator', () => {
  test('come from the log and the one before it, whatever else stands there', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'headrace-logs-'));
    mkdirSync(join(dataDir, 'logs'));
    const file = join(dataDir, 'logs', 'headrace-local-land.log');
    const line = (n: number, batch: string) => JSON.stringify({ n, batch });
    writeFileSync(`${file}.1`, `${line(1, 's-1')}\n`);
    writeFileSync(file, `no json\n[]\n${line(2, 's-2')}\n${line(3, 's-1')}\n`);
    const query = { function: 'land', match: { batch: 's-1' }, from: at, to: at };
    expect(localLines(dataDir, 'local', query)).toEqual([line(1, 's-1'), line(3, 's-1')]);
    expect(localLines(dataDir, 'local', { ...query, function: 'build' })).toEqual([]);
    rmSync(dataDir, { recursive: true });
  });
});

describe('a rejected text', () => {
  test.each([
    ['{"event_id":"e-1","event_time":5}', true],
    ['{"messageId":"e-1"}', true],
    ['{"event_id":"e-12","note":"e-1"}', false],
    ['{"properties":{"event_id":"e-1"}}', false],
    ['{"event_id":"e-1","cut', true],
    ['{"event_id":"e-12","cut', false],
  ])('%s: of the event e-1 is %s', (raw, expected) => {
    expect(holdsEvent(raw, 'e-1')).toBe(expected);
  });

  test('may spell its id with escapes', () => {
    expect(holdsEvent(String.raw`{"event_id":"a\u002d1"}`, 'a-1')).toBe(true);
  });
});
