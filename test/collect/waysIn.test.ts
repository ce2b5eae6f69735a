import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

// A project with a strict contract: what is imported below reads it.
const project = mkdtempSync(join(tmpdir(), 'ways-in-'));
mkdirSync(join(project, 'events'));
writeFileSync(
  join(project, 'events', 'signed_up.yml'),
  'description: A\nstrict: reject\ncolumns: { plan: { type: string, description: Plan, required: true } }\n',
);
const before = process.env.HEADRACE_PROJECT;
process.env.HEADRACE_PROJECT = project;
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
  if (before === undefined) delete process.env.HEADRACE_PROJECT;
  else process.env.HEADRACE_PROJECT = before;
});

const wrong = '{"event_name":"signed_up","event_id":"1","event_time":"2026-11-01T00:00:00Z","properties":{}}';
const right = wrong.replace('{}', '{"plan":"a"}');
const receivedAt = new Date('2026-11-01T12:00:00Z');

test('an import puts events that contradict a strict contract into quarantine', async () => {
  const { lakeLines } = await import('../../client/import/lines.ts');
  const maker = { id: 'i', source: 's', receivedAt, map: (text: string) => text };
  const lines = lakeLines(maker, 'a.ndjson', [
    { line: 1, text: wrong },
    { line: 2, text: right },
  ]);
  expect(lines.map(({ kind }) => kind).sort()).toEqual(['quarantine', 'raw']);
  const row = lines.find(({ kind }) => kind === 'quarantine');
  expect(JSON.parse(row?.bytes.toString() ?? '')).toMatchObject({
    reason: 'contract_violation',
    detail: 'plan is missing (line 1 of a.ndjson)',
  });
});

test('a replay leaves out what would contradict the contract again, and sends what a fix has mended', async () => {
  const { judge } = await import('../../cli/quarantine/judge.ts');
  const { noFix, parseFix } = await import('../../cli/quarantine/fix.ts');
  const row = {
    ...{ id: 'r', reason: 'contract_violation', detail: 'plan is missing', raw: wrong },
    ...{ source: 's', received_at: receivedAt.toISOString(), sequence: '1', day: '2026-11-01' },
  };
  expect(judge(row, noFix)).toEqual({ send: false, why: 'contract_violation', detail: 'plan is missing' });
  const fix = parseFix('{"contract_violation":{"set":{"properties":{"plan":"a"}}}}', 'fix.json');
  expect(judge(row, fix)).toMatchObject({ send: true, eventId: '1' });
});
