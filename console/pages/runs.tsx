import { useEffect, useState } from 'preact/hooks';
import { count, counted, seconds } from '../../client/format.ts';
import { useCall } from '../api.ts';
import type { RunDetails, RunShown, StateOfRun } from '../contract.ts';
import { Graph } from '../parts/graph.tsx';
import { RunTable } from '../parts/runTable.tsx';
import { AsOf, Entry, Section, Trouble, Working } from '../parts/said.tsx';
import { Table } from '../parts/table.tsx';
import { addressOf, useAsked } from '../place.ts';

const AGAIN_MS = 3_000;

const choose = ({ machine, name }: RunShown): void => {
  location.hash = addressOf('runs', { machine, name });
};

export const Runs = () => {
  const { ask, result, asOf, problem, busy } = useCall('runs');
  const asked = useAsked();
  useEffect(() => ask({}), [ask]);
  const [newest] = result?.runs ?? [];
  const name = asked.get('name') ?? newest?.name;
  const machine = asked.get('name') === null ? newest?.machine : asked.get('machine');
  return (
    <>
      <div class="row">
        <button type="button" onClick={() => ask({})}>
          Refresh
        </button>
        <AsOf at={asOf} />
      </div>
      <Trouble problem={problem} again={() => ask({})} />
      {result === undefined && <Working busy={busy} />}
      {result && <RunTable runs={result.runs} onChoose={choose} />}
      {name !== undefined && (machine === 'etl' || machine === 'backfill') && (
        <Run key={`${machine} ${name}`} machine={machine} name={name} />
      )}
    </>
  );
};

/** Asked again while it runs. */
const Run = ({ machine, name }: Pick<RunShown, 'machine' | 'name'>) => {
  const { ask, result, asOf, problem, busy, progress } = useCall('run');
  useEffect(() => ask({ machine, name }), [ask, machine, name]);
  const running = result?.run.status === 'RUNNING';
  useEffect(() => {
    if (!running) return;
    const timer = setTimeout(() => ask({ machine, name }), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [ask, machine, name, running, asOf]);
  return (
    <Section title={`Run ${name}`} asOf={asOf}>
      <Trouble problem={problem} again={() => ask({ machine, name })} />
      {result === undefined && <Working busy={busy} progress={progress} />}
      {result && <Details details={result} />}
    </Section>
  );
};

const Details = ({ details }: { details: RunDetails }) => {
  const { run, states, edges, reached, error, cause, entry, input, output } = details;
  const [chosen, setChosen] = useState(reached.find(({ status }) => status === 'failed')?.name);
  const failed = run.status !== 'SUCCEEDED' && run.status !== 'RUNNING';
  return (
    <>
      <p class={failed ? 'bad' : run.status === 'SUCCEEDED' ? 'good' : undefined}>
        {run.status}
        {run.seconds !== null && ` in ${seconds(run.seconds * 1000)}`}
      </p>
      {failed && (
        <div class="trouble">
          <p class="text">
            {error ?? run.status}
            {cause && `: ${cause}`}
          </p>
          <Entry entry={entry} />
        </div>
      )}
      <p class="quiet">
        Solid frames: what the run has gone through. Dashed lines: where a failure goes. Choose a state to
        read more of it.
      </p>
      <Graph {...{ states, edges, reached, chosen }} onChoose={setChosen} />
      {chosen && <Chosen details={details} name={chosen} />}
      <Reached reached={reached} />
      <details>
        <summary>Input and output</summary>
        <pre>{input}</pre>
        <pre>{output ?? 'No output yet.'}</pre>
      </details>
    </>
  );
};

const itemsOf = ({ items, entered }: StateOfRun): string => {
  if (items !== null) return `${count(items.ended)} of ${count(items.total)} items`;
  return entered > 1 ? `entered ${count(entered)} times` : '';
};

const Chosen = ({ details, name }: { details: RunDetails; name: string }) => {
  const state = details.states.find((one) => one.name === name);
  const went = details.reached.find((one) => one.name === name);
  return (
    <div class="way">
      <section aria-label={`State ${name}`}>
        <h3>
          {name} <span class="quiet">{state?.type}</span>
        </h3>
        <p>{state?.comment}</p>
        <p>
          {went === undefined
            ? 'The run has not reached it.'
            : `${went.status}, ${seconds(went.ms)}${itemsOf(went) && `, ${itemsOf(went)}`}`}
        </p>
        {went?.errors.map((error) => (
          <p class="text bad" key={error}>
            {error}
          </p>
        ))}
      </section>
    </div>
  );
};

const Reached = ({ reached }: { reached: readonly StateOfRun[] }) => (
  <details>
    <summary>{counted(reached.length, 'state')} in the order of this run</summary>
    <Table
      label="States of the run"
      columns={[
        { name: 'state' },
        { name: 'status' },
        { name: 'took', figure: true },
        { name: 'items' },
        { name: 'errors' },
      ]}
      rows={reached.map((state) => [
        state.name,
        <span class={state.status === 'failed' ? 'bad' : undefined}>{state.status}</span>,
        seconds(state.ms),
        itemsOf(state),
        state.errors[0] ?? '',
      ])}
    />
  </details>
);
