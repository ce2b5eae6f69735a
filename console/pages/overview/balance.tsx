import { useMemo } from 'preact/hooks';
import { count, counted } from '../../../client/format.ts';
import { useCall } from '../../api.ts';
import { useClock } from '../../clock.ts';
import type { HourBalance } from '../../contract.ts';
import { Chart } from '../../parts/chart.tsx';
import { AsOf, Empty, Section, Trouble, Working } from '../../parts/said.tsx';
import { Table } from '../../parts/table.tsx';

const epoch = (hour: string): number => Date.parse(`${hour}:00:00Z`) / 1000;

const holds = ({ raw, curated, duplicates, rejected }: HourBalance): boolean =>
  raw === curated + duplicates + rejected;

export const Balance = ({
  hours,
  asOf,
  days,
}: {
  hours: readonly HourBalance[];
  asOf: string;
  days: number;
}) => {
  const { timeZone } = useClock();
  const lines = useMemo(
    () => [
      { label: 'curated', values: hours.map(({ curated }) => curated) },
      { label: 'duplicates', values: hours.map(({ duplicates }) => duplicates) },
      { label: 'rejected', values: hours.map(({ rejected }) => rejected) },
    ],
    [hours],
  );
  const at = useMemo(() => hours.map(({ hour }) => epoch(hour)), [hours]);
  if (hours.length === 0)
    return (
      <Section title="Balance per hour" asOf={asOf}>
        <Empty>
          No hour of the last {counted(days, 'day')} is known. Choose more days, or send events: npx headrace
          demo fills a stage.
        </Empty>
      </Section>
    );
  return (
    <Section title="Balance per hour" asOf={asOf}>
      <Chart
        label={`Rows of ${counted(hours.length, 'hour')} by what became of them; the table below has the figures`}
        {...{ at, lines }}
        bars
        stacked
      />
      <Counted days={days} />
      <p class="quiet">
        raw = curated + duplicates + rejected, of the build that readers see. Hours are of UTC; the chart is
        in {timeZone}.
      </p>
      <Hours hours={hours} />
    </Section>
  );
};

const Hours = ({ hours }: { hours: readonly HourBalance[] }) => {
  const { time } = useClock();
  const stateOf = ({ failure, staleSince, builtAt }: HourBalance) => {
    if (failure !== null) return <span class="bad">{failure}</span>;
    if (staleSince !== null) return `waits since ${time(staleSince)}`;
    return builtAt === null ? 'empty' : `built ${time(builtAt)}`;
  };
  return (
    <Table
      label="Balance per hour"
      columns={[
        { name: 'hour (UTC)' },
        { name: 'raw', figure: true },
        { name: 'curated', figure: true },
        { name: 'duplicates', figure: true },
        { name: 'rejected', figure: true },
        { name: 'adds up' },
        { name: 'state' },
      ]}
      rows={hours
        .toReversed()
        .map((hour) => [
          hour.hour,
          count(hour.raw),
          count(hour.curated),
          count(hour.duplicates),
          count(hour.rejected),
          holds(hour) ? '✓' : <span class="bad">no</span>,
          stateOf(hour),
        ])}
    />
  );
};

/** The ledger says it; this counts it. */
const Counted = ({ days }: { days: number }) => {
  const { ask, busy, progress, result, asOf, problem, cancel } = useCall('reconcile');
  return (
    <>
      <div class="row">
        <button type="button" disabled={busy} onClick={() => ask({ days })}>
          Count what is stored
        </button>
        <AsOf at={asOf} />
      </div>
      <Working {...{ busy, progress, cancel }} />
      <Trouble problem={problem} />
      {result && (
        <p class={result.differences.length === 0 ? 'good' : 'bad'}>
          {counted(result.hours, 'hour')}: {count(result.raw)} raw = {count(result.curated)} curated +{' '}
          {count(result.duplicates)} duplicates + {count(result.rejected)} rejected + {count(result.pending)}{' '}
          waiting.{' '}
          {result.differences.length === 0
            ? 'Everything adds up.'
            : 'docs/guides/reconcile.md says what each difference means:'}
        </p>
      )}
      {result?.differences.map((difference) => (
        <p class="text bad" key={difference}>
          {difference}
        </p>
      ))}
    </>
  );
};
