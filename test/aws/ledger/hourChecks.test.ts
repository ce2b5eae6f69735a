import { describe, expect, test } from '@jest/globals';
import { contract, HOUR } from './support/contract.ts';

contract('hour checks', (on) => {
  describe('how far a check has come', () => {
    test('is not known at first, moves on, and never goes back', async () => {
      const { archiveChecks } = on.ledger;
      expect(await archiveChecks.checkedUntil()).toBeUndefined();
      await archiveChecks.setCheckedUntil('2026-11-01T05');
      await archiveChecks.setCheckedUntil('2026-11-01T07');
      await archiveChecks.setCheckedUntil('2026-11-01T07');
      await archiveChecks.setCheckedUntil('2026-11-01T06');
      expect(await archiveChecks.checkedUntil()).toBe('2026-11-01T07');
    });

    test('is noted of each check by itself', async () => {
      await on.ledger.archiveChecks.setCheckedUntil('2026-11-01T05');
      expect(await on.ledger.speedChecks.checkedUntil()).toBeUndefined();
    });

    test('is no partition to the other ports', async () => {
      await on.ledger.archiveChecks.setCheckedUntil('2026-11-01T05');
      expect(await on.ledger.partitionStates.allEntries()).toEqual([]);
    });
  });

  describe('when something last landed in an hour', () => {
    test('is noted by landings, and by nobody else who wants the hour built', async () => {
      const { partitionStates } = on.ledger;
      const landedAt = async () => (await partitionStates.entry(HOUR))?.landedAt;
      await partitionStates.markStale(HOUR, new Date('2026-11-01T06:00:00.000Z'));
      expect(await landedAt()).toBeUndefined();
      await partitionStates.markStale(HOUR, new Date('2026-11-01T07:00:00.000Z'), { landed: true });
      await partitionStates.markStale(HOUR, new Date('2026-11-01T08:00:00.000Z'));
      expect(await landedAt()).toBe('2026-11-01T07:00:00.000Z');
      await on.commit(HOUR, 'a');
      expect(await landedAt()).toBe('2026-11-01T07:00:00.000Z');
    });
  });
});
