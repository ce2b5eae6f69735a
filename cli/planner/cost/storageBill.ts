import { assumptions } from '../assumptions.ts';
import type { StageFacts } from '../facts.ts';
import type { Prices } from '../prices.ts';
import type { Profile } from '../profile.ts';
import { MONTH_DAYS, MONTH_HOURS } from '../time.ts';
import { GB, type Line } from './line.ts';
import { type Month, windowCallsOf } from './month.ts';

const classPrices = (prices: Prices) => ({
  STANDARD: { month: prices.s3GbMonth, enter: 0 },
  STANDARD_IA: { month: prices.s3GbMonthIa, enter: prices.s3TransitionIa },
  GLACIER_IR: { month: prices.s3GbMonthGlacierIr, enter: prices.s3TransitionGlacierIr },
});

/** How many months' objects lie in each step of their life in the given month after the start. */
const keptIn = <Step extends { fromDay: number }>(steps: readonly Step[], expires: number, month: number) =>
  steps.map((step, index) => {
    const until = Math.min(
      steps[index + 1]?.fromDay ?? Number.POSITIVE_INFINITY,
      expires,
      month * MONTH_DAYS,
    );
    return { ...step, months: Math.max(0, until - step.fromDay) / MONTH_DAYS };
  });

/** Without a read for so many days Intelligent-Tiering moves an object on: S3 User Guide, "Intelligent-Tiering". */
const INFREQUENT_AFTER_DAYS = 30;
const ARCHIVE_AFTER_DAYS = 90;

const curatedBill = (parquetGb: number, facts: StageFacts, profile: Profile, prices: Prices): Line[] => {
  const { curatedTieringAfterDays: tiered, raw } = facts;
  const unread = Math.max(tiered ?? 0, assumptions.curatedReadDays.value);
  const lines = [{ what: 'curated Parquet', fromDay: 0, price: prices.s3GbMonth }];
  if (tiered !== undefined) {
    const [infrequent, archive] = [unread + INFREQUENT_AFTER_DAYS, unread + ARCHIVE_AFTER_DAYS];
    lines.push(
      { what: 'curated Parquet, seldom read', fromDay: infrequent, price: prices.s3GbMonthIa },
      { what: 'curated Parquet, not read for long', fromDay: archive, price: prices.s3GbMonthGlacierIr },
    );
  }
  const kept = keptIn(lines, raw.expiresAfterDays, profile.month);
  const months = kept.reduce((sum, { months }) => sum + months, 0);
  const watched = tiered === undefined ? 0 : Math.max(0, months - tiered / MONTH_DAYS) * MONTH_HOURS;
  return [
    ...kept.map(({ what, months, price }): Line => [what, parquetGb * months, 'GB months', price]),
    ['curated files watched by Intelligent-Tiering', watched, 'objects', prices.s3TieringObject],
  ];
};

export const storageBill = (month: Month, facts: StageFacts, profile: Profile, prices: Prices): Line[] => {
  const rawGb = (month.lineBytes * profile.gzipRatio) / GB;
  const parquetGb = (month.lineBytes * profile.parquetRatio) / GB;
  const { expiresAfterDays } = facts.raw;
  const objectBytes = (month.lineBytes * profile.gzipRatio) / month.rawObjects;
  const steps = facts.raw.steps.filter(({ fromBytes }) => objectBytes > fromBytes);
  const raw = keptIn(steps, expiresAfterDays, profile.month).flatMap(
    ({ storageClass, months, fromDay }): Line[] => {
      const { month: price, enter } = classPrices(prices)[storageClass];
      const entering = fromDay > 0 && months > 0 ? month.rawObjects : 0;
      return [
        [`raw, ${storageClass}`, rawGb * months, 'GB months', price],
        [`raw objects moved to ${storageClass}`, entering, 'objects', enter],
      ];
    },
  );
  const { builds, rawObjects } = month;
  const buildWrites =
    builds * assumptions.s3WritesPerPartition.value + facts.runs * assumptions.s3WritesPerRun.value;
  return [
    ['raw objects written', rawObjects, 'requests', prices.s3Write],
    ['parts of windows written', windowCallsOf(month, facts).parts, 'requests', prices.s3Write],
    ['builds: listed and written', buildWrites, 'requests', prices.s3Write],
    ['builds: raw objects read', (builds * rawObjects) / MONTH_HOURS / 2, 'requests', prices.s3Read],
    ...raw,
    ...curatedBill(parquetGb, facts, profile, prices),
  ];
};
