import { seconds } from '../../client/format.ts';
import { useClock } from '../clock.ts';
import type { RunShown } from '../contract.ts';
import { Empty } from './said.tsx';
import { Table } from './table.tsx';

export const RunTable = ({
  runs,
  onChoose,
}: {
  runs: readonly RunShown[];
  onChoose?(run: RunShown): void;
}) => {
  const { time } = useClock();
  if (runs.length === 0) return <Empty>None yet. Start one with: npx headrace etl</Empty>;
  return (
    <Table
      label="Runs"
      columns={[
        { name: 'begun' },
        { name: 'status' },
        { name: 'took', figure: true },
        { name: 'machine' },
        { name: 'run' },
      ]}
      rows={runs.map((run) => {
        const { name, machine, status, startedAt, seconds: took } = run;
        return [
          time(startedAt),
          <span class={status === 'SUCCEEDED' ? 'good' : status === 'RUNNING' ? '' : 'bad'}>{status}</span>,
          took === null ? '' : seconds(took * 1000),
          machine,
          onChoose ? (
            <button type="button" class="plain" onClick={() => onChoose(run)}>
              {name}
            </button>
          ) : (
            name
          ),
        ];
      })}
    />
  );
};
