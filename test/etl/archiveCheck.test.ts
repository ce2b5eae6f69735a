import { describe, expect, test } from '@jest/globals';
import { archiveCheckOf, checkedBy } from '../../src/etl/archiveCheck.ts';
import type { LedgerEntry } from '../../src/ports/ledger.ts';

const at = (time: string): number => Date.parse(`2026-11-${time}:00Z`);

const entry = (partition: string, landedAt?: string): LedgerEntry => ({
  ...{ partition, landings: 1, stale: true, staleSince: null, committed: null, lastFailure: null },
  ...(landedAt === undefined ? {} : { landedAt }),
});

const checkAt = (time: string, checkedUntil: string, entries: LedgerEntry[]) =>
  archiveCheckOf(at(time), {
    partitionStates: { allEntries: async () => entries },
    archiveChecks: { checkedUntil: async () => checkedUntil },
  });

describe('the query', () => {
  test('reads the hours of event time in which something landed since, and the archive around its hours', async () => {
    const { hours, queries } = await checkAt('10T08:45', '2026-11-10T07', [
      entry('2026-10-02T23', '2026-11-10T07:00:00.000Z'),
      entry('2026-11-09T04', '2026-11-10T06:59:59.999Z'),
      entry('2026-11-09T05'),
      entry('2026-11-10T07', '2026-11-10T08:44:00.000Z'),
    ]);
    expect(hours).toEqual({ from: '2026-11-10T07', to: '2026-11-10T08' });
    const sql = queries[0]?.sql ?? '';
    expect(sql).toContain(
      `FROM raw_lines\n  WHERE dt IN ('2026-10-02', '2026-11-10') AND hr IN ('07', '23') AND`,
    );
    expect(sql).toContain(`FROM archive\n  WHERE dt IN ('2026-11-10') AND hr IN ('06', '07', '08')`);
    expect(sql).not.toContain('event_hour IN');
  });

  test('looks further back in the archive the longer its hours have waited', async () => {
    const { queries } = await checkAt('10T08:45', '2026-11-10T03', []);
    expect(queries[0]?.sql).toContain(`WHERE dt IN ('2026-11-09', '2026-11-10') AND hr IN ('00', '01'`);
    expect(queries[0]?.sql).toContain('FROM raw_lines\n  WHERE false AND');
  });

  test('reads no more than a month of hours, and asks for no event of another then', async () => {
    const many = Array.from({ length: 800 }, (_, n) =>
      entry(new Date(Date.UTC(2026, 0, 1, n)).toISOString().slice(0, 13), '2026-11-10T07:30:00.000Z'),
    );
    const { queries } = await checkAt('10T08:45', '2026-11-10T07', many);
    const [, asked = ''] = /event_hour IN \(([^)]*)\)/.exec(queries[0]?.sql ?? '') ?? [];
    expect(asked.split(', ')).toHaveLength(744);
    expect(asked).toContain(`'${many.at(-1)?.partition}'`);
  });

  test('is not there while no further hour is complete', async () => {
    expect(await checkAt('10T08:29', '2026-11-10T07', [])).toEqual({
      hours: { from: '2026-11-10T07', to: '2026-11-10T07' },
      queries: [],
    });
  });
});

describe('what a check came to', () => {
  const hours = { from: '2026-11-10T03', to: '2026-11-10T07' };
  const row = (missing: string, lines: number, hour: string) => ({
    ...{ missing, lines: String(lines), first_hour: `2026-11-${hour}`, example: 'e1' },
  });
  const found = (...rows: ReturnType<typeof row>[]) => [{ name: 'archive', rows }];
  const none = { archivedNotLanded: 0, landedNotArchived: 0 };

  test('is that all its hours are done, when nothing differs', () => {
    expect(checkedBy(hours, [{ name: 'other', rows: [{ a: '1' }] }], at('10T08:00'))).toEqual({
      ...{ until: '2026-11-10T07', differences: none },
    });
  });

  test('is that the first hour that differs is asked again, and what was before it is done', () => {
    const warnings = found(row('archivedNotLanded', 7, '10T05'), row('landedNotArchived', 2, '10T04'));
    expect(checkedBy(hours, warnings, at('10T08:00'))).toEqual({
      until: '2026-11-10T04',
      differences: { archivedNotLanded: 7, landedNotArchived: 2 },
    });
  });

  test('is told of an hour for as long as it may only be late, and then passed over', () => {
    const warnings = found(row('archivedNotLanded', 7, '10T03'));
    expect(checkedBy(hours, warnings, at('11T03:59'))?.until).toBe('2026-11-10T03');
    expect(checkedBy(hours, warnings, at('11T04:00'))?.until).toBe('2026-11-10T04');
    expect(checkedBy(hours, warnings, at('13T04:00'))?.until).toBe('2026-11-10T07');
  });

  test.each(['archive', 'all'])('is not known when the query %s did not run', (name) => {
    expect(checkedBy(hours, [{ name, error: 'E', cause: 'c' }], at('10T08:00'))).toBeUndefined();
  });
});
