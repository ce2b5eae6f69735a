import { useEffect, useState } from 'preact/hooks';
import { bytes, counted } from '../../client/format.ts';
import { useCall } from '../api.ts';
import { useClock } from '../clock.ts';
import type { Traced, TraceInput } from '../contract.ts';
import { dollars } from '../format.ts';
import { Field } from '../parts/field.tsx';
import { Section, Trouble, Working } from '../parts/said.tsx';
import { Table } from '../parts/table.tsx';
import { addressOf, useAsked } from '../place.ts';

const places: Record<string, string> = {
  table: 'It is in the table.',
  building: 'It has landed, and its hour is being built.',
  waiting: 'It has landed, and waits for the next build: npx headrace etl.',
  quarantined: 'It was rejected and lies in quarantine. The page Quarantine replays it.',
  replayed: 'It was replayed from quarantine. It is in the stream, or of a day that was not looked at.',
  missing: 'It has landed, its hour was built, and it is not there: headrace reconcile says what is wrong.',
};

export const Trace = () => {
  const asked = useAsked();
  const [input, setInput] = useState<TraceInput>({
    eventId: asked.get('id') ?? '',
    source: '',
    from: '',
    to: '',
  });
  const { ask, result, asOf, problem, busy, progress, cancel } = useCall('trace');
  const id = asked.get('id');
  useEffect(() => {
    if (id) ask({ eventId: id, source: '', from: '', to: '' });
  }, [ask, id]);
  const field = (name: keyof TraceInput, label: string, type: 'text' | 'date') => (
    <Field
      label={label}
      type={type}
      value={input[name]}
      onText={(text) => setInput({ ...input, [name]: text })}
    />
  );
  const look = (event: Event) => {
    event.preventDefault();
    history.replaceState(null, '', addressOf('trace', { id: input.eventId }));
    ask(input);
  };
  return (
    <>
      <p>
        Follows one event by its id: received, landed, built, in the table; or waiting, or rejected and why. A
        query in Ask finds ids: <code>SELECT event_id FROM events_now LIMIT 10</code>
      </p>
      <form class="row" onSubmit={look}>
        {field('eventId', 'event_id', 'text')}
        {field('source', 'source (any)', 'text')}
        {field('from', 'event time from (UTC day)', 'date')}
        {field('to', 'to, exclusive', 'date')}
        <button type="submit" class="main" disabled={busy}>
          Trace
        </button>
      </form>
      <p class="quiet">Without days: around the time that a UUIDv7 tells, else the last three days.</p>
      <Working {...{ busy, progress, cancel }} />
      <Trouble problem={problem} />
      {result && <Found traced={result} asOf={asOf} />}
    </>
  );
};

const Found = ({ traced, asOf }: { traced: Traced; asOf: string | undefined }) => {
  const { events, advice, from, to, why, queries, bytesScanned, usd, wouldBe } = traced;
  return (
    <>
      {events.map((event) => (
        <Section
          key={event.source}
          title={`${event.eventName ?? 'Event'} of source ${event.source ?? 'unknown'}`}
          asOf={asOf}
        >
          <p class={event.where === 'missing' ? 'bad' : undefined}>{places[event.where]}</p>
          <Steps event={event} />
        </Section>
      ))}
      {events.length === 0 && (
        <Section title="Not found" asOf={asOf}>
          <p>It is in no raw object, not in the table and not in quarantine.</p>
          <ul>
            {advice.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Section>
      )}
      <p class="quiet">
        Looked at event times from {from} to {to} ({why}): {counted(queries, 'query', 'queries')},{' '}
        {bytes(bytesScanned)} scanned, {dollars(usd)}
        {wouldBe && ' on AWS'}.
      </p>
    </>
  );
};

const Steps = ({ event }: { event: Traced['events'][number] }) => {
  const { time } = useClock();
  return (
    <Table
      label="The way of the event"
      columns={[{ name: 'when' }, { name: 'what' }, { name: 'where and how' }]}
      rows={event.steps.map(({ at, what, text }) => [at === null ? 'now' : time(at), what, text])}
    />
  );
};
