import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { headrace, useStage } from '../helpers/commandLine.ts';
import { describeShop } from '../helpers/shipped.ts';

const stage = useStage();

const post = async (...events: object[]): Promise<number> => (await stage.post(events)).status;

const event = (event_id: string, more: object = {}) => ({
  event_id,
  event_name: 'order_completed',
  event_time: '2026-11-01T05:00:00Z',
  user_id: 'jane@example.com',
  ...more,
});

const DAYS = ['--from', '2026-11-01', '--to', '2026-11-02'];
const RAW = /^raw\/dt=2026-11-01\/hr=05\/shardId-\d{12}-\d+-n\d+\.ndjson\.gz$/;

// biome-ignore lint/suspicious/noExplicitAny: documents and log lines of every shape
type Line = Record<string, any>;

/** Lines of one function's log. */
const logOf = (name: string): Line[] =>
  readFileSync(join(stage.dataDir, 'logs', `headrace-local-${name}.log`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const whats = (document: Line): string[] => document.events[0].steps.map(({ what }: Line) => what);

describeShop('headrace trace', () => {
  test('finds an event that has landed, and says that it waits for a build', async () => {
    expect(await post(event('a'))).toBe(202);
    await stage.landed();
    const { code, document } = await stage.command('trace', 'a', ...DAYS);
    expect(code).toBe(0);
    expect(document.events).toMatchObject([
      { source: 'local', where: 'waiting', eventName: 'order_completed' },
    ]);
    expect(whats(document)).toEqual(['received', 'landed', 'waiting']);
    expect(document.events[0].steps[2].text).toMatch(/^for a build of 2026-11-01T05, stale since 20/);
    expect(document.scanned).toMatchObject({
      queries: 3,
      bytes: expect.any(Number),
      usd: expect.any(Number),
    });
  }, 60_000);

  test('follows an event that was sent twice into its one row, through build, execution and marts', async () => {
    expect(await post(event('a'))).toBe(202);
    expect(await post(event('b', { properties: { revenue: 'a lot' } }))).toBe(202);
    const run = await stage.command('etl');
    expect(run.document.status).toBe('SUCCEEDED');

    const { code, document } = await stage.command('trace', 'a', '--source', 'local', ...DAYS);
    expect([code, document.events.length, document.events[0].where]).toEqual([0, 1, 'table']);
    expect([...whats(document)].sort()).toEqual(
      ['built', 'in table', 'landed', 'landed', 'marts', 'received', 'received'].sort(),
    );
    const built = document.events[0].steps.find(({ what }: Line) => what === 'built');
    expect(built.ids).toMatchObject({ partition: '2026-11-01T05', execution: run.document.execution });
    expect(built.text).toContain('3 raw = 2 curated + 1 duplicates + 0 rejected');
    expect(built.text).toContain('(SUCCEEDED at 20');
    const marts = document.events[0].steps.at(-1);
    // A mart of other events has no rows of these.
    expect(marts.text).toContain(` by ${run.document.execution}`);

    const wrong = await stage.command('trace', 'b', ...DAYS);
    expect(wrong.document.events[0].steps.at(-2).text).toContain('(schema_errors): revenue');
  }, 120_000);

  test('says that a copy which lands after the build waits to come out as a duplicate', async () => {
    expect(await post(event('a'))).toBe(202);
    await stage.landed();
    const { document } = await stage.command('trace', 'a', ...DAYS);
    expect(document.events[0].where).toBe('table');
    const texts = document.events[0].steps.map(({ text }: Line) => text);
    expect(texts.filter((text: string) => text.includes('comes out as a duplicate'))).toHaveLength(1);
  }, 60_000);

  test('finds a rejected event in quarantine, with its reason, and once it is replayed, on its way', async () => {
    expect(await post(event('c', { event_time: 'yesterday' }), event('d'))).toBe(207);
    await stage.landed();
    const refused = await stage.command('trace', 'c', ...DAYS);
    expect(refused.code).toBe(0);
    expect(refused.document.events).toMatchObject([{ source: 'local', where: 'quarantined' }]);
    expect(whats(refused.document)).toEqual(['refused']);
    expect(refused.document.events[0].steps[0].text).toMatch(
      /^invalid_event_time: .* It lies in quarantine\/dt=/,
    );

    const fix = join(stage.dataDir, 'fix.json');
    writeFileSync(fix, JSON.stringify({ all: { set: { event_time: '2026-11-01T05:30:00Z' } } }));
    expect((await stage.command('quarantine', 'replay', '--fix', fix)).code).toBe(0);
    await stage.landed();
    const replayed = await stage.command('trace', 'c', ...DAYS);
    expect(replayed.document.events[0].where).toBe('waiting');
    expect([...whats(replayed.document)].sort()).toEqual(
      ['landed', 'received', 'refused', 'replayed', 'waiting'].sort(),
    );
  }, 120_000);

  test('chooses the days by the id when that is a UUIDv7', async () => {
    const id = v7();
    expect(await post({ event_id: id, event_name: 'ping' })).toBe(202);
    await stage.landed();
    const { code, document } = await stage.command('trace', id);
    expect([code, document.events[0].where]).toEqual([0, 'waiting']);
    expect(document.days.why).toMatch(/^the id is a UUIDv7, made at /);
  }, 60_000);

  test('exits 1 for an id that is nowhere, and says where it looked, what that cost and what to do', async () => {
    const { code, document } = await stage.command('trace', "no'such", ...DAYS);
    expect(code).toBe(1);
    expect(document).toMatchObject({ ok: false, events: [], days: { from: '2026-11-01', to: '2026-11-01' } });
    for (const next of ['headrace status', '--from DAY --to DAY', 'only 202'])
      expect(document.advice.join('\n')).toContain(next);
    const text = await headrace(['trace', 'nowhere', '--data', stage.dataDir, ...DAYS]);
    expect(text.stdout).toContain('nowhere is in no raw object, not in the table and not in quarantine.');
    expect(text.stdout).toMatch(/\d queries, .* scanned, on AWS \$0\.00/);
    expect((await stage.command('trace', 'a', '--source', 'other', ...DAYS)).code).toBe(1);
  }, 60_000);

  test('shows the lines of the logs that tell of it', async () => {
    const { stdout } = await headrace(['trace', 'b', '--logs', '--data', stage.dataDir, ...DAYS]);
    for (const name of ['collect', 'land', 'build', 'publish', 'report'])
      expect(stdout).toMatch(new RegExp(`^${name}  \\{.*\\}$`, 'm'));
  }, 60_000);
});

describe('by the ids in the logs alone', () => {
  test('one gets from a request to its batch, the build that read it, the execution and the row', async () => {
    expect(await post(event('joined'))).toBe(202);
    const run = await stage.command('etl');
    const request = logOf('collect').findLast(({ message }) => message === 'done');
    expect(request).toMatchObject({ source: 'local', accepted: 1, request: expect.any(String) });
    const [shard, sequence] = String(request?.records[0]).split(':');

    const batch = logOf('land').find(
      (line) =>
        line.shard === shard &&
        BigInt(line.first) <= BigInt(sequence ?? '') &&
        BigInt(sequence ?? '') <= BigInt(line.last),
    );
    expect(batch).toMatchObject({ message: 'landed', keys: [expect.stringMatching(RAW)] });

    const build = logOf('build').find(({ batches }) => batches?.includes(batch?.batch));
    expect(build).toMatchObject({
      message: 'done',
      partition: '2026-11-01T05',
      execution: run.document.execution,
    });

    const published = logOf('publish').find((line) => line.build === build?.build && line.message === 'done');
    expect(published).toMatchObject({ partition: build?.partition, execution: build?.execution });

    const [row] = await stage.ask(
      `SELECT received_at, "$path" AS file FROM events WHERE dt = '2026-11-01' AND event_id = 'joined'`,
    );
    expect(row?.file).toContain(`/dt=2026-11-01/hr=05/build=${build?.build}/`);
    expect(row?.received_at).toBe(request?.receivedAt.replace('T', ' ').replace('Z', ''));
  }, 120_000);

  test('and each call has left one line of its own, beside its metrics and what Lambda says of it', () => {
    for (const name of ['land', 'plan', 'build', 'publish', 'tally', 'report']) {
      const lines = logOf(name);
      const own = lines.filter((line) => 'message' in line);
      expect(own).toHaveLength(lines.filter(({ type }) => type === 'platform.report').length);
      for (const line of own) expect(line).toMatchObject({ level: 'INFO', service: name });
    }
  });

  test('and a request one line beside its metrics: Lambda says nothing of a call of the collector that went well', () => {
    const lines = logOf('collect').filter((line) => !('_aws' in line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines)
      expect(line).toMatchObject({ level: 'INFO', service: 'collect', message: 'done' });
  });

  test('and none of them holds what was sent: no id of an event, no name, no person', () => {
    const names = [
      'collect',
      'land',
      'plan',
      'build',
      'publish',
      'reconcile',
      'tally',
      'publishMart',
      'sweep',
      'report',
    ];
    const text = names.flatMap((name) => logOf(name).map((line) => JSON.stringify(line))).join('\n');
    expect(text).not.toMatch(/jane|joined|order_completed|revenue"/);
    expect(text).not.toContain(stage.writeKey);
  });
});
