import { describe, expect, test } from '@jest/globals';
import type { ChaosReport } from '../../bench/chaos/run.ts';
import { verdictOf } from '../../bench/chaos/verdict.ts';

const alike = { archivedNotLanded: 0, landedNotArchived: 0 };

const alikeInPostgres = { rows: 100, missing: [], extra: [], differing: 0, notDelivered: [] };

const clean: ChaosReport = {
  acknowledged: 100,
  refused: 3,
  curated: 100,
  quarantined: 3,
  unanswered: 0,
  unansweredStored: 0,
  lost: [],
  doubled: [],
  strange: [],
  martsCompared: ['daily_events'],
  martsOff: [],
  faults: { throttled: 4 },
  requests: 10,
  tries: 12,
  etl: { SUCCEEDED: 2 },
  settledAfter: 2,
  kills: 1,
  leases: { cutShort: 0, ranOut: 0 },
  archive: { ids: 103, missing: [], strange: [], ...alike },
  postgres: alikeInPostgres,
  now: { checks: 9, wrong: 0 },
  reconciled: { ok: true, hours: 5, differences: [] },
  windows: { parts: 4, counted: 103, compared: 2, missing: 0 },
};
const judge = (more: Partial<ChaosReport>) => verdictOf({ seed: 7, minutes: 0.5 }, { ...clean, ...more }, 42);

describe('the verdict on a chaos run', () => {
  test('does not hold when an event is in no window', () => {
    const { holds, document } = judge({ windows: { parts: 4, counted: 103, compared: 2, missing: 1 } });
    expect(holds).toBe(false);
    expect(document).toMatchObject({ windows: { missing: 1 } });
    expect(judge({ windows: { parts: 0, counted: 0, compared: 0, missing: 0 } }).holds).toBe(false);
  });

  test('holds when nothing is lost, doubled, strange or off, and names counts only', () => {
    const { holds, document } = judge({});
    expect(holds).toBe(true);
    expect(document).toMatchObject({
      seed: 7,
      acknowledged: 100,
      lost: 0,
      doubled: 0,
      faults: { throttled: 4 },
      archive: { ids: 103, missing: 0, strange: 0 },
      postgres: { rows: 100, missing: 0, extra: 0 },
    });
    expect(Object.keys(document)).not.toContain('reproduce');
  });

  test.each([
    { checks: 9, wrong: 1 },
    { checks: 0, wrong: 0 },
  ])('does not hold when events_now was wrong, or never looked at: %j', (now) => {
    expect(judge({ now }).holds).toBe(false);
  });

  test.each(['lost', 'doubled', 'strange', 'martsOff'] as const)(
    'does not hold when one is %s, and says which and how to run it again',
    (what) => {
      const { holds, document } = judge({ [what]: ['id-1'] });
      expect(holds).toBe(false);
      expect(document).toMatchObject({ [what]: 1, ids: { [what]: ['id-1'] } });
      expect(document.reproduce).toContain('npm run chaos -- --seed 7 --minutes 0.5 --json');
    },
  );

  test.each([
    [{ ids: 102, missing: ['id-1'], strange: [], ...alike }, { archive: ['id-1'] }],
    [{ ids: 104, missing: [], strange: ['id-2'], ...alike }, { strangeInArchive: ['id-2'] }],
  ])('does not hold when the archive is %j', (archive, ids) => {
    const { holds, document } = judge({ archive });
    expect(holds).toBe(false);
    expect(document).toMatchObject({ ids, archive: { missing: archive.missing.length } });
  });

  test.each([
    { ...alike, archivedNotLanded: 1 },
    { ...alike, landedNotArchived: 2 },
  ])('does not hold when archive and lake differ: %j', (differences) => {
    const { holds, document } = judge({ archive: { ids: 103, missing: [], strange: [], ...differences } });
    expect(holds).toBe(false);
    expect(document).toMatchObject({ archive: differences });
  });

  test.each([
    ['missing', 'missingInPostgres'],
    ['extra', 'extraInPostgres'],
    ['notDelivered', 'notDeliveredToPostgres'],
  ])('does not hold when an event is %s in PostgreSQL, and says which', (what, where) => {
    const { holds, document } = judge({ postgres: { ...alikeInPostgres, [what]: ['id-1'] } });
    expect(holds).toBe(false);
    expect(document).toMatchObject({ postgres: { rows: 100, [what]: 1 }, ids: { [where]: ['id-1'] } });
  });

  test.each([{ differing: 1 }, { rows: 0 }])('does not hold when PostgreSQL has %j', (more) => {
    expect(judge({ postgres: { ...alikeInPostgres, ...more } }).holds).toBe(false);
  });

  test('says nothing of an archive and of PostgreSQL where there are none', () => {
    const { archive: _archive, postgres: _postgres, ...without } = clean;
    const { holds, document } = verdictOf({ seed: 7, minutes: 0.5 }, without, 42);
    expect(holds).toBe(true);
    expect(Object.keys(document)).not.toEqual(expect.arrayContaining(['archive']));
    expect(Object.keys(document)).not.toEqual(expect.arrayContaining(['postgres']));
  });

  test('does not hold when what is stored does not add up', () => {
    const differences = [{ partition: '2026-11-01T05', stage: 'raw' as const, message: 'gone' }];
    const { holds, document } = judge({ reconciled: { ok: false, hours: 5, differences } });
    expect(holds).toBe(false);
    expect(document).toMatchObject({ reconciled: { differences } });
  });

  test('does not hold when nothing was acknowledged: such a run has proven nothing', () => {
    expect(judge({ acknowledged: 0, curated: 0 }).holds).toBe(false);
  });

  test('names twenty ids of many, and counts them all', () => {
    const lost = Array.from({ length: 50 }, (_, n) => `id-${n}`);
    const { document } = judge({ lost });
    expect(document).toMatchObject({ lost: 50, ids: { lost: lost.slice(0, 20) } });
  });
});
