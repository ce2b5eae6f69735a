import { useEffect, useState } from 'preact/hooks';
import { count, counted } from '../../client/format.ts';
import { useCall } from '../api.ts';
import type { Days, QuarantineGroups, RowsWanted } from '../contract.ts';
import { Field } from '../parts/field.tsx';
import type { PageProps } from '../parts/pageProps.ts';
import { Empty, Section, Trouble, Working } from '../parts/said.tsx';
import { Table } from '../parts/table.tsx';
import { Rejected } from './quarantine/rejected.tsx';

const DAY_MS = 86_400_000;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The last seven. */
const lastDays = (): Days => ({ from: dayOf(Date.now() - 6 * DAY_MS), to: dayOf(Date.now() + DAY_MS) });

const next = (day: string): string => dayOf(Date.parse(day) + DAY_MS);

export const Quarantine = ({ stage }: PageProps) => {
  const [days, setDays] = useState(lastDays);
  const [chosen, setChosen] = useState<RowsWanted | undefined>(undefined);
  const { ask, result, asOf, problem, busy, progress, cancel } = useCall('quarantine');
  useEffect(() => ask(lastDays()), [ask]);
  const look = (event?: Event) => {
    event?.preventDefault();
    ask(days);
  };
  return (
    <>
      <p>
        What came in and is not a valid event: nothing of it is lost. Mend what was wrong, and send it again.
      </p>
      <form class="row" onSubmit={look}>
        <Field
          label="From (UTC day)"
          type="date"
          value={days.from}
          onText={(from) => setDays({ ...days, from })}
        />
        <Field label="To, exclusive" type="date" value={days.to} onText={(to) => setDays({ ...days, to })} />
        <button type="submit" disabled={busy}>
          Look
        </button>
      </form>
      <Working {...{ busy, progress, cancel }} />
      <Trouble problem={problem} />
      {result && (
        <Section title="By day, reason and source" asOf={asOf}>
          <Groups found={result} onChoose={setChosen} />
        </Section>
      )}
      {chosen && (
        <Rejected key={JSON.stringify(chosen)} wanted={chosen} local={stage.local} onReplayed={look} />
      )}
    </>
  );
};

const Groups = ({ found, onChoose }: { found: QuarantineGroups; onChoose(wanted: RowsWanted): void }) => {
  const { rows, replayed, open, failedBatches, groups } = found;
  return (
    <>
      <p>
        {counted(rows, 'row')}, {count(replayed)} dealt with, {count(open)} open.
      </p>
      {failedBatches > 0 && (
        <p class="bad">
          {counted(failedBatches, 'batch', 'batches')} could not be landed. Run: npx headrace quarantine
          replay --failed-batches
        </p>
      )}
      {groups.length === 0 ? (
        <Empty>Nothing was rejected in these days. Choose others to look further back.</Empty>
      ) : (
        <Table
          label="What was rejected"
          columns={[
            { name: 'day (UTC)' },
            { name: 'reason' },
            { name: 'source' },
            { name: 'rows', figure: true },
            { name: 'open', figure: true },
            { name: 'for example' },
          ]}
          rows={groups.map(({ day, reason, source, rows: all, open: left, detail }) => [
            day,
            <button
              type="button"
              class="plain"
              aria-label={`Show ${reason} of ${source ?? 'no source'}, ${day}`}
              onClick={() => onChoose({ from: day, to: next(day), reason, source })}
            >
              {reason}
            </button>,
            source ?? '–',
            count(all),
            count(left),
            detail,
          ])}
        />
      )}
    </>
  );
};
