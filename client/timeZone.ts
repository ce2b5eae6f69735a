import type { StageAccess } from './access.ts';
import { openLedger } from './ledger.ts';

/** The time zone whose days the marts of the stage are of, as its last run found it. */
export const timeZoneOf = ({ dynamodb, ledgerTable }: StageAccess): Promise<string> =>
  openLedger(dynamodb, ledgerTable, { now: () => new Date() }).pendingDays.timeZone();
