import { useCallback, useState } from 'preact/hooks';
import { age, count, counted, seconds } from '../../client/format.ts';
import { useAgain } from '../again.ts';
import { useCall } from '../api.ts';
import { useClock } from '../clock.ts';
import type { Overview as Facts, HourBalance } from '../contract.ts';
import { RunTable } from '../parts/runTable.tsx';
import { AsOf, Entry, Section, Trouble, Working } from '../parts/said.tsx';
import { Balance } from './overview/balance.tsx';
import { Rates, total } from './overview/rates.tsx';

const DAYS = [1, 7, 30, 90];
const AGAIN_MS = 30_000;

export const Overview = () => {
  const [days, setDays] = useState(7);
  const { result, asOf, problem, busy, ask } = useCall('overview');
  const look = useCallback(() => ask({ days }), [ask, days]);
  useAgain(look, busy, AGAIN_MS);
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
        <button type="button" onClick={look}>
          Refresh
        </button>
        <AsOf at={asOf} />
      </div>
      <Trouble problem={problem} again={look} />
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
      <RunTable runs={facts.runs} />
    </Section>
  </>
);

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
