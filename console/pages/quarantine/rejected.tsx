import { useEffect, useState } from 'preact/hooks';
import { counted } from '../../../client/format.ts';
import { useCall } from '../../api.ts';
import { useClock } from '../../clock.ts';
import type { QuarantineRows, Replayed, RowsWanted } from '../../contract.ts';
import { Field } from '../../parts/field.tsx';
import { Section, Trouble, Working } from '../../parts/said.tsx';
import { Table } from '../../parts/table.tsx';

/** The rows of one reason and source, and what can be done about them. */
export const Rejected = ({
  wanted,
  local,
  onReplayed,
}: {
  wanted: RowsWanted;
  local: boolean;
  onReplayed(): void;
}) => {
  const { ask, result, asOf, problem, busy, progress } = useCall('quarantineRows');
  useEffect(() => ask(wanted), [ask, wanted]);
  const again = () => {
    ask(wanted);
    onReplayed();
  };
  return (
    <Section title={`${wanted.reason} of ${wanted.source ?? 'no source'}, ${wanted.from}`} asOf={asOf}>
      <Trouble problem={problem} again={() => ask(wanted)} />
      {result === undefined && <Working {...{ busy, progress }} />}
      {result && <Rows found={result} />}
      {wanted.source === null ? (
        <p>Nobody knows who sent these, so no key can be chosen to send them again.</p>
      ) : (
        <Replay wanted={wanted} local={local} onReplayed={again} />
      )}
    </Section>
  );
};

const Rows = ({ found }: { found: QuarantineRows }) => {
  const { time } = useClock();
  return (
    <>
      <Table
        label="Rejected rows"
        columns={[{ name: 'received' }, { name: 'detail' }, { name: 'replayed' }, { name: 'as it was sent' }]}
        rows={found.rows.map(({ receivedAt, detail, replayed, raw }) => [
          time(receivedAt),
          detail,
          replayed ?? '–',
          <code>{raw}</code>,
        ])}
      />
      {found.more && <p class="quiet">There are more. npx headrace quarantine show --csv writes them all.</p>}
    </>
  );
};

const EXAMPLE = '{"all":{"default":{"event_name":"page_view"}}}';

const Replay = ({
  wanted,
  local,
  onReplayed,
}: {
  wanted: RowsWanted;
  local: boolean;
  onReplayed(): void;
}) => {
  const [given, setGiven] = useState({ fix: '', url: '', key: '' });
  const { ask, result, asOf, problem, busy, progress, cancel } = useCall('replay');
  const start = (dryRun: boolean) => ask({ ...wanted, ...given, dryRun });
  useEffect(() => {
    if (result?.dryRun === false) onReplayed();
  }, [result]);
  const tried = result?.dryRun === true && result.sent > 0;
  return (
    <Section title="Send them again" asOf={asOf}>
      <label>
        Fix (JSON; empty: as they are). For example {EXAMPLE}
        <textarea
          value={given.fix}
          spellcheck={false}
          onInput={({ currentTarget }) => setGiven({ ...given, fix: currentTarget.value })}
        />
      </label>
      {!local && (
        <div class="row">
          <Field
            label="Collector (sls info shows it)"
            value={given.url}
            onText={(url) => setGiven({ ...given, url })}
          />
          <Field
            label={`Write key of ${wanted.source}`}
            type="password"
            value={given.key}
            onText={(key) => setGiven({ ...given, key })}
          />
        </div>
      )}
      <div class="row">
        <button type="button" disabled={busy} onClick={() => start(true)}>
          Dry run
        </button>
        <button type="button" class="main" disabled={busy || !tried} onClick={() => start(false)}>
          Replay{tried && ` ${counted(result.sent, 'row')}`}
        </button>
        {!tried && <span class="quiet">A dry run comes first: it sends nothing.</span>}
      </div>
      <Working {...{ busy, progress, cancel }} />
      <Trouble problem={problem} />
      {result && !busy && <Told replayed={result} />}
    </Section>
  );
};

const Told = ({ replayed }: { replayed: Replayed }) => (
  <div role="status">
    {!replayed.dryRun && <p class="good">{counted(replayed.sent, 'row')} accepted by the collector.</p>}
    {replayed.told
      .filter((line) => !line.startsWith('  {'))
      .map((line) => (
        <p class="text" key={line}>
          {line}
        </p>
      ))}
    {replayed.examples.length > 0 && <pre>{replayed.examples.join('\n')}</pre>}
  </div>
);
