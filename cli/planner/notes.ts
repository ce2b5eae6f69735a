import { compiledQueries } from '../../compiler/sql/compile.ts';
import { countsLocalDays } from '../../src/etl/macros.ts';
import { UTC } from '../../src/json/instants.ts';
import { readPrices } from './prices.ts';
import { runQueryOf } from './runQueries.ts';

/** Runs a month at the rate that etlRate has by default, a run each quarter of an hour. */
const RUNS = 96 * 30;
const BYTES_OF_TB = 1024 ** 4;

const dollars = (usd: number): string => `$${usd < 1 ? usd.toPrecision(2) : usd.toFixed(0)}`;

/**
 * What is right, but dearer than it has to be, or not known: a sentence each. The price is an upper bound for each GB
 * of Parquet that a day has: all columns, the day whole, a run every 15 minutes.
 */
export const queryNotes = (timeZone = UTC): string[] => {
  const usd = (readPrices().prices.athenaTb / BYTES_OF_TB) * 1e9;
  const { checks, ...others } = compiledQueries();
  const whole = checks.filter(
    (check) => runQueryOf(check).period === 'days' && check.reads.includes('events'),
  );
  const inUtc = timeZone === UTC ? [] : others.marts.filter(({ text }) => !countsLocalDays(text));
  const byHand = [...checks, ...Object.values(others).flat()].filter(({ declared }) => declared);
  return [
    ...whole.map(
      ({ file }) =>
        `${file} reads whole days, also for one hour that changed. That costs up to ${dollars(usd)} a run and ${dollars(usd * RUNS)} a month (a run every 15 minutes) for each GB of Parquet in a day. If each finding is about one hour, add \`AND hr IN (:hours)\` beside \`dt IN (:days)\`.`,
    ),
    ...inUtc.map(
      ({ file }) =>
        `${file} counts days of UTC, although the stage's time zone is ${timeZone}. For days there select \`:localDay AS dt\`, and write \`dt IN (:utcDays) AND :localDay IN (:days)\` (docs/guides/marts.md).`,
    ),
    ...byHand.map(
      ({ file }) =>
        `${file} says its columns by hand (\`-- columns:\`). Nobody has checked them, and the emulator cannot run it.`,
    ),
  ];
};
