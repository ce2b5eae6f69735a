import { useCallback, useMemo, useState } from 'preact/hooks';
import { count } from '../../client/format.ts';
import { useAgain } from '../again.ts';
import { useCall } from '../api.ts';
import { useClock } from '../clock.ts';
import type { LiveRow, LiveWindow } from '../contract.ts';
import { Chart } from '../parts/chart.tsx';
import { AsOf, Empty, Section, Trouble, Working } from '../parts/said.tsx';
import { Table } from '../parts/table.tsx';

const MINUTES = [10, 60, 240];
/** Parts of windows come once a minute. */
const AGAIN_MS = 5_000;
const GROUPS = 6;
const ROWS = 200;

export const Live = () => {
  const [minutes, setMinutes] = useState(60);
  const { ask, result, asOf, problem, busy } = useCall('live');
  const look = useCallback(() => ask({ minutes }), [ask, minutes]);
  useAgain(look, busy, AGAIN_MS);
  return (
    <>
      <p class="quiet">
        Counts of what arrives, window by window, asked again every five seconds. They are approximate: by
        time of arrival, duplicates not removed. The view of the same name has the exact counts of hours that
        are built.
      </p>
      <div class="row">
        <label>
          The last
          <select value={minutes} onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}>
            {MINUTES.map((each) => (
              <option key={each} value={each}>
                {each} minutes
              </option>
            ))}
          </select>
        </label>
        <AsOf at={asOf} />
      </div>
      <Trouble problem={problem} again={look} />
      {result === undefined && <Working busy={busy} />}
      {asOf &&
        result?.windows.map((window) => (
          <Section key={window.name} title={window.name} asOf={asOf}>
            <Window window={window} asOf={asOf} minutes={minutes} />
          </Section>
        ))}
    </>
  );
};

const nameOf = ({ group }: LiveRow): string =>
  Object.values(group)
    .map((value) => value ?? 'NULL')
    .join(' · ') || 'all';

/** A line a group, those with most first; the others together are one more. */
const linesOf = ({ rows }: LiveWindow, measure: string) => {
  const at = [...new Set(rows.map(({ start }) => Date.parse(start) / 1000))].sort((a, b) => a - b);
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + (row.measures[measure] ?? 0));
  const largest = [...sums].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const own = largest.length > GROUPS ? largest.slice(0, GROUPS - 1) : largest;
  const labels = largest.length > GROUPS ? [...own, 'all others'] : own;
  const lines = labels.map((label) => ({ label, values: at.map(() => 0) }));
  for (const row of rows) {
    const found = own.indexOf(nameOf(row));
    const line = lines[found < 0 ? lines.length - 1 : found];
    const index = at.indexOf(Date.parse(row.start) / 1000);
    if (line) line.values[index] = (line.values[index] ?? 0) + (row.measures[measure] ?? 0);
  }
  return { at, lines };
};

const Window = ({ window, asOf, minutes }: { window: LiveWindow; asOf: string; minutes: number }) => {
  const { time } = useClock();
  const [measure = ''] = window.measures;
  const drawn = useMemo(() => linesOf(window, measure), [window, measure]);
  if (window.rows.length === 0)
    return (
      <Empty>
        Nothing was counted in the last {minutes} minutes. Events show here about a minute after they were
        sent: npx headrace send FILE.
      </Empty>
    );
  const to = Date.parse(asOf) / 1000;
  return (
    <>
      <Chart
        label={`${measure} of each window of ${window.seconds} seconds; the table below has the figures`}
        {...drawn}
        bars
        stacked
        from={to - minutes * 60}
        to={to}
      />
      <Table
        label={`Counts of ${window.name}`}
        columns={[
          { name: 'window begins' },
          { name: 'group' },
          ...window.measures.map((name) => ({ name, figure: true })),
        ]}
        rows={window.rows
          .slice(-ROWS)
          .reverse()
          .map((row) => [
            time(row.start),
            nameOf(row),
            ...window.measures.map((name) => {
              const value = row.measures[name];
              return value === null || value === undefined ? '–' : count(value);
            }),
          ])}
      />
    </>
  );
};
