import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { waitForLanding } from '../../client/landing.ts';
import { martNames } from '../../src/etl/queries.ts';
import { clientOf, MACHINES, useStage } from '../helpers/commandLine.ts';

const HOURS = ['2026-06-15T09', '2026-06-15T10', '2026-06-16T00', '2026-07-01T23'];
const PER_HOUR = 40;

const stage = useStage();
const sfn = clientOf(stage, SFNClient);

const idsOf = (prefix: string): string[] =>
  HOURS.flatMap((hour) => Array.from({ length: PER_HOUR }, (_, n) => `${prefix}-${hour}-${n}`));

/** Events of every hour, each sent twice. */
const send = async (prefix: string): Promise<void> => {
  const events = idsOf(prefix).map((event_id) => {
    const [, hour] = /-(\d{4}-\d\d-\d\dT\d\d)-/.exec(event_id) ?? [];
    return { event_id, event_name: 'page_view', event_time: `${hour}:30:00Z` };
  });
  const answer = await stage.post([...events, ...events]);
  expect(answer.status).toBe(202);
  // What waits in the stream is nothing to do for a run.
  await waitForLanding(stage, new AbortController().signal);
};

interface Run {
  status: string | undefined;
  why: string;
  from: number;
  to: number;
}

const ended = async (executionArn: string | undefined): Promise<Run> => {
  for (;;) {
    const run = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (run.status !== 'RUNNING')
      return {
        status: run.status,
        why: `${run.error ?? ''} ${run.cause ?? ''}`.trim(),
        from: run.startDate?.getTime() ?? 0,
        to: run.stopDate?.getTime() ?? 0,
      };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const start = async (machine: string, input: object): Promise<string | undefined> => {
  const stateMachineArn = `${MACHINES}-${machine}`;
  const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
  return (await sfn.send(command)).executionArn;
};

const atOnce = async (...starts: (() => Promise<string | undefined>)[]): Promise<Run[]> =>
  Promise.all((await Promise.all(starts.map((one) => one()))).map(ended));

/** Both were under way at some moment. */
const overlap = (runs: Run[]): boolean =>
  Math.max(...runs.map(({ from }) => from)) < Math.min(...runs.map(({ to }) => to));

const outcome = (runs: Run[]): (string | undefined)[] =>
  runs.map(({ status, why }) => (why === '' ? status : `${status} ${why}`));

const eachOnce = async (...prefixes: string[]): Promise<void> => {
  const rows = await stage.ask('SELECT event_id, count(*) AS n FROM events GROUP BY event_id ORDER BY 1');
  const ids = prefixes.flatMap(idsOf).sort();
  expect(rows).toEqual(ids.map((event_id) => ({ event_id, n: '1' })));
  const { code, document } = await stage.command('reconcile');
  expect([code, document.ok, document.differences]).toEqual([0, true, []]);
  if (!martNames.includes('daily_events')) return;
  const [marts] = await stage.ask('SELECT sum(events) AS n FROM daily_events');
  expect(marts).toEqual({ n: String(ids.length) });
};

describe('two runs that are started at once', () => {
  test('of the etl both succeed, and each event is in the table, and in the marts, once', async () => {
    await send('first');
    const runs = await atOnce(
      () => start('etl', {}),
      () => start('etl', {}),
    );
    expect(overlap(runs)).toBe(true);
    expect(outcome(runs)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    await eachOnce('first');
  }, 240_000);

  test('a forced backfill and the scheduled run, over hours in which late events have landed, both succeed', async () => {
    await send('late');
    const runs = await atOnce(
      () => start('backfill', { from: '2026-01-01', to: '2027-01-01', force: true }),
      () => start('etl', {}),
    );
    expect(overlap(runs)).toBe(true);
    expect(outcome(runs)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    await eachOnce('first', 'late');
  }, 240_000);
});
