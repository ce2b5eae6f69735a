import { describe, expect, test } from '@jest/globals';
import type { Mark } from '../../../cli/quarantine/marks.ts';
import type { Facts } from '../../../cli/trace/facts.ts';
import { logQueries } from '../../../cli/trace/logs.ts';
import type { QuarantineSighting, RawSighting, TableSighting } from '../../../cli/trace/sightings.ts';
import type { HourState } from '../../../cli/trace/state.ts';
import { timelineOf } from '../../../cli/trace/timeline.ts';
import { isKnown } from '../../../cli/trace/whereabouts.ts';
import type { LedgerEntry } from '../../../src/ports/ledger.ts';
import { committedBuild, ledgerEntryOf } from '../../helpers/builds.ts';

const HOUR = '2026-11-01T05';
const key = (sequence: number) => `raw/dt=2026-11-01/hr=05/shardId-000000000003-${sequence}-n9.ndjson.gz`;

const event = { source: 'shop', partition: HOUR, eventTime: '2026-11-01T05:00:00.000Z', eventName: 'ping' };
const raw = (sequence: number, receivedAt = '2026-11-01T06:00:00.000Z'): RawSighting => ({
  ...event,
  key: key(sequence),
  receivedAt,
  rows: 1,
});
const row: TableSighting = {
  ...event,
  key: 'events/dt=2026-11-01/hr=05/build=b1/events-n8.parquet',
  receivedAt: '2026-11-01T06:00:00.000Z',
  schemaErrors: [],
};
const refused: QuarantineSighting = {
  source: 'shop',
  day: '2026-11-01',
  key: 'quarantine/dt=2026-11-01/hr=06/shardId-000000000003-7-n1.ndjson.gz',
  receivedAt: '2026-11-01T06:00:00.000Z',
  reason: 'invalid_event_time',
  detail: 'the event time is not a time',
  sequence: '7',
};
const replay: Mark = {
  row: 'q-1',
  reason: 'invalid_event_time',
  source: 'shop',
  event_id: 'e',
  outcome: 'accepted',
  copies: 1,
  at: '2026-11-02T00:00:00.000Z',
};

/** Began to read at 06:10:00, was done a minute later. */
const committed = committedBuild('b1', {
  counts: { raw: 9, curated: 8, duplicates: 1, rejected: 0 },
  builtAt: '2026-11-01T06:11:00.000Z',
  buildMs: 60_000,
});
const entry = ledgerEntryOf(committed);
const stale: LedgerEntry = { ...entry, stale: true, staleSince: '2026-11-01T06:01:00.000Z' };
const built: HourState = {
  partition: HOUR,
  entry,
  lock: undefined,
  published: {
    build: 'b1',
    execution: 'run-1',
    record: committed,
    report: { status: 'SUCCEEDED', finishedAt: '2026-11-01T06:12:00.000Z' },
  },
};
const unbuilt: HourState = { ...built, entry: { ...stale, committed: null }, published: undefined };

const facts = (more: Partial<Facts>): Facts => ({
  source: 'shop',
  raw: [],
  table: [],
  quarantine: [],
  replays: [],
  written: new Map([
    [key(1), '2026-11-01T06:01:00.000Z'],
    [key(2), '2026-11-01T06:20:00.000Z'],
  ]),
  hours: [],
  days: [],
  ...more,
});

const lines = (more: Partial<Facts>) => {
  const { where, steps } = timelineOf(facts(more));
  return {
    where,
    steps: steps.map(({ at, what, text }) => `${at?.slice(11, 16) ?? 'now'} ${what}: ${text}`),
  };
};

describe('where an event is', () => {
  test('landed, and waiting for the first build of its hour', () => {
    expect(lines({ raw: [raw(1)], hours: [unbuilt] })).toEqual({
      where: 'waiting',
      steps: [
        '06:00 received: by the collector, of source shop',
        `06:01 landed: 1 row in ${key(1)}.`,
        `now waiting: for a build of ${HOUR}, stale since 2026-11-01T06:01:00.000Z. Run: headrace etl`,
      ],
    });
  });

  test('landed after the last build began, and waiting for the next', () => {
    const found = lines({ raw: [raw(2)], hours: [{ ...built, entry: stale }] });
    expect(found.where).toBe('waiting');
    expect(found.steps.some((line) => line.includes('built'))).toBe(false);
    expect(found.steps.at(-1)).toBe(
      `now waiting: for a build of ${HOUR}, stale since 2026-11-01T06:01:00.000Z. The last build began at 2026-11-01T06:10:00.000Z, before it landed. Run: headrace etl`,
    );
  });

  test('being built by the execution that holds the lock', () => {
    const lock = { execution: 'run-2', until: '2026-11-01T06:40:00.000Z' };
    const found = lines({ raw: [raw(1)], hours: [{ ...unbuilt, lock }] });
    expect(found).toMatchObject({ where: 'building' });
    expect(found.steps.at(-1)).toBe(
      `now building: execution run-2 builds ${HOUR}; its lock runs until 2026-11-01T06:40:00.000Z`,
    );
  });

  test('waiting after a build that failed, which is told with its reason', () => {
    const lastFailure = {
      error: 'RawObjectDamaged',
      cause: 'ends early',
      at: '2026-11-01T06:05:00.000Z',
      execution: 'run-0',
    };
    const hours = [{ ...unbuilt, entry: { ...stale, committed: null, lastFailure } }];
    expect(lines({ raw: [raw(1)], hours }).steps).toContain(
      `06:05 failed: the last build of ${HOUR}, in execution run-0: RawObjectDamaged: ends early`,
    );
  });

  test('in the table, by which build and execution, and in the marts of its day', () => {
    const days = [
      { day: '2026-11-01', pending: false, marts: [{ name: 'daily_events', execution: 'run-1' }] },
    ];
    expect(lines({ raw: [raw(1)], table: [row], hours: [built], days })).toEqual({
      where: 'table',
      steps: [
        '06:00 received: by the collector, of source shop',
        `06:01 landed: 1 row in ${key(1)}.`,
        '06:11 built: hour 2026-11-01T05, build b1 by execution run-1 (SUCCEEDED at 2026-11-01T06:12:00.000Z): 9 raw = 8 curated + 1 duplicates + 0 rejected',
        `now in table: events, dt=2026-11-01, hr=05, in ${row.key}.`,
        'now marts: of 2026-11-01 daily_events by run-1',
      ],
    });
  });

  test('in the table, the marts of its day still to come', () => {
    const days = [{ day: '2026-11-01', pending: true, marts: [] }];
    expect(lines({ table: [row], hours: [built], days }).steps.at(-1)).toBe(
      'now marts: of 2026-11-01 wait for the next run (headrace etl)',
    );
  });

  test('in the table once, whether its client or the stream repeated it', () => {
    const { where, steps } = lines({
      raw: [raw(1), raw(2), raw(2, '2026-11-01T06:15:00.000Z')],
      table: [row],
      hours: [{ ...built, entry: stale }],
    });
    expect(where).toBe('table');
    expect(steps.filter((line) => line.includes('landed'))).toEqual([
      `06:01 landed: 1 row in ${key(1)}.`,
      `06:20 landed: 2 rows in ${key(2)}. It waits for the next build, where it comes out as a duplicate.`,
    ]);
    expect(steps).toContain(
      '06:15 received: by the collector once more: its client sent it again, or it was replayed',
    );
    expect(lines({ raw: [raw(1), raw(2)], table: [row], hours: [built] }).steps.join('\n')).toContain(
      'The stream delivered the batch again, cut differently.',
    );
  });

  test('in the table out of an import, of which neither the collector nor land has a log', () => {
    const imported = (object: number): RawSighting => ({
      ...raw(1),
      key: `raw/dt=2026-11-01/hr=05/import-3f2a9c01d2e4-00000000${object}-n9.ndjson.gz`,
    });
    const objects = [imported(1), imported(2)];
    const written = new Map(objects.map(({ key: name }) => [name, '2026-11-01T06:01:00.000Z']));
    const { steps } = timelineOf(facts({ raw: objects, table: [row], hours: [built], written }));
    expect(steps.slice(0, 3).map(({ what, text }) => `${what}: ${text}`)).toEqual([
      'received: by an import, of source shop. Run: headrace import show 3f2a9c01d2e4',
      `landed: 1 row in ${imported(1).key}.`,
      `landed: 1 row in ${imported(2).key}.`,
    ]);
    expect(new Set(logQueries(steps).map((query) => query.function))).toEqual(
      new Set(['build', 'publish', 'report']),
    );
  });

  test('in the table with columns left null, which are named', () => {
    const table = [{ ...row, schemaErrors: ['revenue', 'items'] }];
    expect(lines({ table, hours: [built] }).steps.join('\n')).toContain('(schema_errors): revenue, items');
  });

  test('rejected by the collector', () => {
    expect(lines({ quarantine: [refused] })).toEqual({
      where: 'quarantined',
      steps: [`06:00 refused: invalid_event_time: the event time is not a time. It lies in ${refused.key}`],
    });
  });

  test('rejected, replayed since and not landed yet', () => {
    const found = lines({ quarantine: [refused], replays: [replay] });
    expect(found.where).toBe('replayed');
    expect(found.steps.at(-1)).toContain('replayed: from quarantine (invalid_event_time) and accepted');
  });

  test('rejected, and its replay rejected too', () => {
    expect(lines({ quarantine: [refused], replays: [{ ...replay, outcome: 'refused' }] }).where).toBe(
      'quarantined',
    );
  });

  test('rejected by a build, although it landed', () => {
    const quarantine = [
      { ...refused, sequence: key(1), key: 'quarantine/dt=2026-11-01/hr=05/build-b1-n1.ndjson.gz' },
    ];
    const found = lines({ raw: [raw(1)], quarantine, hours: [built] });
    expect(found.where).toBe('quarantined');
    expect(found.steps.join('\n')).toContain(`Found by a build in ${key(1)}`);
  });

  test('missing when its hour was built after it landed, and it is nowhere: the only place that is not known', () => {
    const { where, steps } = lines({ raw: [raw(1)], hours: [built] });
    expect([where, isKnown(where)]).toEqual(['missing', false]);
    expect(steps.at(-1)).toContain('Run: headrace reconcile');
  });

  test('known to wait, and not missing, when the ledger calls the hour stale and S3 tells only whole seconds', () => {
    const written = new Map([[key(1), '2026-11-01T06:10:00.000Z']]);
    expect(lines({ raw: [raw(1)], hours: [{ ...built, entry: stale }], written }).where).toBe('waiting');
  });
});
