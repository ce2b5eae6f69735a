import { useMemo } from 'preact/hooks';
import { count } from '../../../client/format.ts';
import type { Overview as Facts, Series } from '../../contract.ts';
import { Chart } from '../../parts/chart.tsx';
import { Empty, Section } from '../../parts/said.tsx';

export const total = ({ values }: Series): number => values.reduce((sum, value) => sum + value, 0);

const MINUTE = 60;
const HOUR = 3600;

/** Every minute from the first to the last: in one without a value nothing came. */
const aligned = (series: readonly Series[]) => {
  const known = series.map((one) => new Map(one.at.map((second, index) => [second, one.values[index] ?? 0])));
  const seen = series.flatMap((one) => one.at);
  const first = Math.min(...seen);
  const minutes = seen.length === 0 ? 0 : (Math.max(...seen) - first) / MINUTE + 1;
  const at = Array.from({ length: minutes }, (_, index) => first + index * MINUTE);
  return { at, lines: known.map((values) => at.map((second) => values.get(second) ?? 0)) };
};

export const Rates = ({ facts, asOf }: { facts: Facts; asOf: string }) => {
  const { accepted, rejected, landed } = facts.rates;
  const { at, lines } = useMemo(() => aligned([accepted, rejected, landed]), [accepted, rejected, landed]);
  const shown = useMemo(
    () => ['accepted', 'rejected', 'landed'].map((label, index) => ({ label, values: lines[index] ?? [] })),
    [lines],
  );
  return (
    <Section title="Events a minute, last hour" asOf={asOf}>
      {at.length === 0 ? (
        <Empty>
          Nothing came in during the last hour. To send an event: npx headrace send FILE, or the line with
          curl that npx headrace up prints.
        </Empty>
      ) : (
        <Chart
          label={`Events a minute in the last hour: ${count(total(accepted))} accepted, ${count(total(rejected))} rejected, ${count(total(landed))} landed`}
          at={at}
          lines={shown}
          from={Date.parse(asOf) / 1000 - HOUR}
          to={Date.parse(asOf) / 1000}
          bars={at.length < 3}
        />
      )}
    </Section>
  );
};
