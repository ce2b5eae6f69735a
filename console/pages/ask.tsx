import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { bytes, count, seconds } from '../../client/format.ts';
import { useCall } from '../api.ts';
import { useClock } from '../clock.ts';
import type { Answer, TableShown } from '../contract.ts';
import { dollars } from '../format.ts';
import { Chart } from '../parts/chart.tsx';
import { chartOf } from '../parts/chartOf.ts';
import { Editor } from '../parts/editor.tsx';
import { AsOf, Empty, Section, Trouble, Working } from '../parts/said.tsx';
import { Table } from '../parts/table.tsx';

const FIRST = `SELECT dt || ' ' || hr || ':00' AS hour, count(*) AS events, count(DISTINCT anonymous_id) AS visitors
FROM events
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY 1
ORDER BY 1`;

const STOPPING_MS = 1_000;

const none: readonly TableShown[] = [];

export const Ask = () => {
  const [written, setWritten] = useState({ text: FIRST });
  // Not in the state: what is typed faster than the page is drawn would be overwritten.
  const text = useRef(FIRST);
  const write = (sql: string) => {
    text.current = sql;
    setWritten({ text: sql });
  };
  const { ask: readTables, result: known, problem: noTables } = useCall('tables');
  const query = useCall('ask');
  const asked = useCall('asked');
  useEffect(() => readTables({}), [readTables]);
  // What was asked just now belongs to it, too.
  useEffect(() => asked.ask({}), [query.busy, asked.ask]);
  const cancel = () => {
    query.cancel();
    // Athena needs a moment to stop: the list is to say that it did.
    setTimeout(() => asked.ask({}), STOPPING_MS);
  };
  const run = () => query.ask({ sql: text.current });
  return (
    <>
      <Editor
        written={written}
        tables={known?.tables ?? none}
        onText={(sql) => {
          text.current = sql;
        }}
        onRun={run}
      />
      <div class="row">
        <button type="button" class="main" disabled={query.busy} onClick={run}>
          Run
        </button>
        <span class="quiet">
          or Ctrl-Enter in the editor. For what has happened up to now ask events_now.
        </span>
      </div>
      <Working busy={query.busy} progress={query.progress} cancel={cancel} />
      <Trouble problem={query.problem} />
      {query.result && <Answered answer={query.result} asOf={query.asOf} />}
      <Trouble problem={noTables} again={() => readTables({})} />
      {known && <Tables tables={known.tables} onAsk={write} />}
      <Section title="Asked before" asOf={asked.asOf}>
        <Trouble problem={asked.problem} again={() => asked.ask({})} />
        {asked.result?.queries.length === 0 && <Empty>Nothing yet: run a query.</Empty>}
        {asked.result && asked.result.queries.length > 0 && <History {...asked.result} onAsk={write} />}
      </Section>
    </>
  );
};

const cost = ({ bytesScanned, usd, wouldBe }: Answer): string =>
  `${bytes(bytesScanned)} scanned, ${dollars(usd)}${wouldBe ? ' on AWS' : ''}`;

const numeric = /^(tinyint|smallint|integer|int|bigint|double|float|real|decimal)/;

const Answered = ({ answer, asOf }: { answer: Answer; asOf: string | undefined }) => {
  const { columns, types, rows, more, ms } = answer;
  const chart = useMemo(() => chartOf(answer), [answer]);
  return (
    <section aria-label="Answer">
      <div class="head">
        <h2>Answer</h2>
        <span>
          {count(rows.length)} {rows.length === 1 ? 'row' : 'rows'}
          {more && ' (there are more: npx headrace query --out FILE.csv writes all)'} in {seconds(ms)},{' '}
          {cost(answer)}
        </span>
        <AsOf at={asOf} />
      </div>
      {chart && (
        <Chart
          label={`Chart of ${chart.lines.map(({ label }) => label).join(', ')} by ${columns[0]}`}
          {...chart}
        />
      )}
      {rows.length === 0 ? (
        <Empty>
          No row. Does the condition fit? npx headrace demo fills a stage with events; npx headrace etl builds
          what has landed.
        </Empty>
      ) : (
        <Table
          label="Rows of the answer"
          columns={columns.map((name, at) => ({ name, figure: numeric.test(types[at] ?? '') }))}
          rows={rows.map((row) => row.map((value) => value ?? <span class="quiet">NULL</span>))}
        />
      )}
    </section>
  );
};

const askFor = ({ name, columns }: TableShown): string => {
  const day = columns.some((column) => column.name === 'dt' && column.partition)
    ? `\nWHERE dt >= date_format(current_date - INTERVAL '1' DAY, '%Y-%m-%d')`
    : '';
  return `SELECT *\nFROM ${name}${day}\nLIMIT 100`;
};

const Tables = ({ tables, onAsk }: { tables: readonly TableShown[]; onAsk(sql: string): void }) => (
  <Section title="Tables and views">
    {tables.map((table) => (
      <details key={table.name}>
        <summary>
          {table.name}{' '}
          <span class="quiet">
            {table.kind}, {count(table.columns.length)} columns
          </span>
        </summary>
        <p>{table.comment}</p>
        <button type="button" onClick={() => onAsk(askFor(table))}>
          Write a query of {table.name}
        </button>
        <Table
          label={`Columns of ${table.name}`}
          columns={[{ name: 'column' }, { name: 'type' }, { name: 'what it holds' }]}
          rows={table.columns.map(({ name, type, comment, partition }) => [
            partition ? `${name} (partition)` : name,
            type,
            comment,
          ])}
        />
      </details>
    ))}
  </Section>
);

const History = ({
  queries,
  onAsk,
}: {
  queries: readonly { id: string; sql: string; at: string; state: string; bytesScanned: number }[];
  onAsk(sql: string): void;
}) => {
  const { time } = useClock();
  return (
    <Table
      label="Queries asked before"
      columns={[{ name: 'at' }, { name: 'state' }, { name: 'scanned', figure: true }, { name: 'statement' }]}
      rows={queries.map(({ sql, at, state, bytesScanned }) => [
        time(at),
        state,
        bytes(bytesScanned),
        <button type="button" class="plain" onClick={() => onAsk(sql)}>
          {sql.replaceAll(/\s+/g, ' ').slice(0, 160)}
        </button>,
      ])}
    />
  );
};
