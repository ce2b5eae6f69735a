import { useEffect, useState } from 'preact/hooks';
import { bytes, count } from '../../client/format.ts';
import { useCall } from '../api.ts';
import type { EventTypeShown, Observed as Facts } from '../contract.ts';
import { dollars } from '../format.ts';
import { Empty, Section, Trouble, Working } from '../parts/said.tsx';
import { Table } from '../parts/table.tsx';

export const Events = () => {
  const { ask, result, asOf, problem, busy } = useCall('events');
  useEffect(() => ask({}), [ask]);
  return (
    <>
      <Trouble problem={problem} again={() => ask({})} />
      {result === undefined && <Working busy={busy} />}
      {result && (
        <>
          <Drift types={result.types} />
          <Types types={result.types} asOf={asOf} />
        </>
      )}
    </>
  );
};

/** What is sent beside what is declared. */
const Drift = ({ types }: { types: readonly EventTypeShown[] }) => {
  const [eventName, setEventName] = useState(types[0]?.name ?? '');
  const { ask, result, asOf, problem, busy, progress, cancel } = useCall('observed');
  const look = (event: Event) => {
    event.preventDefault();
    ask({ eventName, days: 7 });
  };
  return (
    <Section title="Observed schema" asOf={asOf}>
      <p>
        Which properties events of a name were really sent with in the last 7 days, and which of them no file
        declares.
      </p>
      <form class="row" onSubmit={look}>
        <label>
          event_name
          <input
            list="names"
            value={eventName}
            onInput={({ currentTarget }) => setEventName(currentTarget.value)}
          />
        </label>
        <datalist id="names">
          {types.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button type="submit" disabled={busy}>
          Look
        </button>
      </form>
      <Working {...{ busy, progress, cancel }} />
      <Trouble problem={problem} />
      {result && <Observed facts={result} />}
    </Section>
  );
};

const Observed = ({ facts }: { facts: Facts }) => {
  const { properties, bytesScanned, usd, wouldBe } = facts;
  const drift = properties.filter(({ declared }) => !declared);
  if (properties.length === 0)
    return (
      <Empty>
        No built event of this name in the last 7 days. npx headrace send FILE sends some, npx headrace etl
        builds them.
      </Empty>
    );
  return (
    <>
      <p>
        {count(drift.length)} of {count(properties.length)} are not declared. {bytes(bytesScanned)} scanned,{' '}
        {dollars(usd)}
        {wouldBe && ' on AWS'}.
        {drift.length > 0 && ' To give them columns: headrace events infer, docs/guides/eventTypes.md.'}
      </p>
      <Table
        label="Properties that were sent"
        columns={[
          { name: 'property' },
          { name: 'JSON type' },
          { name: 'events', figure: true },
          { name: 'declared' },
        ]}
        rows={properties.map(({ name, type, events, declared }) => [
          name,
          type,
          count(events),
          declared ? 'yes' : <strong>no: schema drift</strong>,
        ])}
      />
    </>
  );
};

const Types = ({ types, asOf }: { types: readonly EventTypeShown[]; asOf: string | undefined }) => (
  <Section title="Event types" asOf={asOf}>
    <p class="quiet">
      As the files of events/ on this machine say. A deployed stage may be of an earlier commit.
    </p>
    {types.length === 0 && (
      <Empty>There are none yet. npx headrace new event NAME writes the file of one.</Empty>
    )}
    {types.map((type) => (
      <details key={type.name}>
        <summary>
          {type.name}{' '}
          <span class="quiet">
            view {type.view}, {count(type.columns.length)} columns
          </span>
        </summary>
        <p>{type.comment}</p>
        {type.strict !== 'false' && (
          <p>
            Contract: an event that contradicts it is{' '}
            {type.strict === 'reject' ? 'rejected' : 'taken with a warning'}.
          </p>
        )}
        <Table
          label={`Columns of ${type.name}`}
          columns={[{ name: 'column' }, { name: 'type' }, { name: 'read from' }, { name: 'what it holds' }]}
          rows={type.columns.map(({ name, type: columnType, from, comment, pii }) => [
            name,
            columnType,
            from.join(', else '),
            pii === '' ? comment : `${comment} Personal data: ${pii}.`,
          ])}
        />
      </details>
    ))}
  </Section>
);
