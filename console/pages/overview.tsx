import { useEffect, useMemo, useState } from 'preact/hooks';
import { age, count, counted, seconds } from '../../client/format.ts';
import { useCall } from '../api.ts';
import { useClock } from '../clock.ts';
import type { Overview as Facts, HourBalance, RunShown, Series } from '../contract.ts';
import { Chart } from '../parts/chart.tsx';
import { AsOf, Empty, Entry, Section, Trouble, Working } from '../parts/said.tsx';
import { Table } from '../parts/table.tsx';

const DAYS = [1, 7, 30, 90];
const AGAIN_MS = 30_000;

/** Asked again as long as somebody looks. */
const useOverview = (days: number) => {
  const overview = useCall('overview');
  const { ask } = overview;
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && ask({ days });
    look();
    const timer = setInterval(look, AGAIN_MS);
    return () => clearInterval(timer);
  }, [ask, days]);
  return overview;
};

export const Overview = () => {
  const [days, setDays] = useState(7);
  const { result, asOf, problem, busy, ask } = useOverview(days);
  return (
    <>
      <div class="row">
        <label>
          Hours of the last
          <select value={days} onChange={({ currentTarget }) => setDays(Number(currentTarget.value))}>
            {DAYS.map((each) => (
              <option key={each} value={each}>
                {counted(each, 'day')}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => ask({ days })}>
          Refresh
        </button>
        <AsOf at={asOf} />
      </div>
      <Trouble problem={problem} again={() => ask({ days })} />
      {result === undefined && <Working busy={busy} />}
      {result && asOf && <Shown facts={result} asOf={asOf} days={days} />}
    </>
  );
};

const Shown = ({ facts, asOf, days }: { facts: Facts; asOf: string; days: number }) => (
  <>
    <Way facts={facts} asOf={asOf} />
    <Alarms facts={facts} asOf={asOf} />
    <Rates facts={facts} asOf={asOf} />
    <Balance hours={facts.hours} asOf={asOf} days={days} />
    <Section title="Last runs" asOf={asOf}>
      <Runs runs={facts.runs} />
    </Section>
  </>
);

const total = ({ values }: Series): number => values.reduce((sum, value) => sum + value, 0);

const sums = (hours: readonly HourBalance[]) => ({
  curated: hours.reduce((sum, { curated }) => sum + curated, 0),
  duplicates: hours.reduce((sum, { duplicates }) => sum + duplicates, 0),
  rejected: hours.reduce((sum, { rejected }) => sum + rejected, 0),
});

/** Left to right as an event goes. */
const Way = ({ facts, asOf }: { facts: Facts; asOf: string }) => {
  const { rates, waiting, lastLanded, hours } = facts;
  const ago = (instant: string) => age(Date.parse(asOf) - Date.parse(instant));
  const lag = rates.landLagMs.values.at(-1);
  const { curated, duplicates, rejected } = sums(hours);
  return (
    <Section title="The way of the data" asOf={asOf}>
      <ol class="way">
        <li>
          <h3>Collector</h3>
          <strong>{count(total(rates.accepted))}</strong> accepted in the last hour,{' '}
          {count(total(rates.rejected))} rejected
        </li>
        <li>
          <h3>Stream and landing</h3>
          <strong>{count(total(rates.landed))}</strong> rows landed in the last hour
          {lag !== undefined && `, ${seconds(lag)} behind the stream`}
        </li>
        <li>
          <h3>Waiting for a build</h3>
          <strong>
            {count(waiting.hours)}
            {waiting.more ? '+' : ''} {waiting.hours === 1 ? 'hour' : 'hours'}
          </strong>{' '}
          {waiting.oldestSince === null
            ? 'Fresh: nothing waits.'
            : `the first for ${ago(waiting.oldestSince)}`}
          {waiting.days > 0 && `; ${counted(waiting.days, 'day')} of marts`}
        </li>
        <li>
          <h3>Table events</h3>
          <strong>{count(curated)}</strong> rows of these days; {count(duplicates)} duplicates removed,{' '}
          {count(rejected)} rejected
        </li>
        <li>
          <h3>events_now</h3>
          <strong>{lastLanded === null ? '–' : `${ago(lastLanded)} ago`}</strong>
          {lastLanded === null ? 'no event of the last 2 hours has landed' : 'landed the newest events'}
        </li>
      </ol>
    </Section>
  );
};

const Alarms = ({ facts, asOf }: { facts: Facts; asOf: string }) => {
  const { time } = useClock();
  return (
    <Section title="Alarms" asOf={asOf}>
      {facts.alarms.length === 0 && <p class="good">None rings.</p>}
      {facts.alarms.map(({ name, since, description, entry }) => (
        <div class="trouble" key={name}>
          <p class="text bad">
            {name}, since {time(since)}
          </p>
          <p class="text">{description}</p>
          <Entry entry={entry} />
        </div>
      ))}
    </Section>
  );
};

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

const Rates = ({ facts, asOf }: { facts: Facts; asOf: string }) => {
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

const epoch = (hour: string): number => Date.parse(`${hour}:00:00Z`) / 1000;

const holds = ({ raw, curated, duplicates, rejected }: HourBalance): boolean =>
  raw === curated + duplicates + rejected;

const Balance = ({ hours, asOf, days }: { hours: readonly HourBalance[]; asOf: string; days: number }) => {
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

export const Runs = ({ runs }: { runs: readonly RunShown[] }) => {
  const { time } = useClock();
  if (runs.length === 0) return <Empty>None yet. Start one with: npx headrace etl</Empty>;
  return (
    <Table
      label="Runs"
      columns={[{ name: 'begun' }, { name: 'status' }, { name: 'took', figure: true }, { name: 'run' }]}
      rows={runs.map(({ name, status, startedAt, seconds: took }) => [
        time(startedAt),
        <span class={status === 'SUCCEEDED' ? 'good' : status === 'RUNNING' ? '' : 'bad'}>{status}</span>,
        took === null ? '' : seconds(took * 1000),
        name,
      ])}
    />
  );
};
