import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { StageAccess } from '../../../client/access.ts';
import { stateMachineArn } from '../../../client/executions.ts';
import { count } from '../../../client/format.ts';
import { readableCause } from '../../../src/etl/cause.ts';
import type { About, Call } from '../call.ts';
import { graphOf } from '../graph.ts';
import { reachedBy } from '../reached.ts';
import { entryOfRun } from '../runbook.ts';
import { lastRuns, machineName, runShown } from '../runs.ts';

const SHOWN = 30;
const machines = ['etl', 'backfill'] as const;

export const runs: Call<'runs'> = {
  input: z.object({}),
  run: async ({ access }) => {
    const found = await Promise.all(machines.map((machine) => lastRuns(access, machine, SHOWN)));
    return { runs: found.flat().sort((a, b) => b.startedAt.localeCompare(a.startedAt)) };
  },
};

const historyOf = async (
  access: StageAccess,
  executionArn: string,
  { signal, progress }: About,
): Promise<HistoryEvent[]> => {
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory(
    { client: access.sfn },
    { executionArn, maxResults: 1_000 },
  )) {
    signal.throwIfAborted();
    events.push(...(page.events ?? []));
    progress({ text: `Reading what happened: ${count(events.length)} events so far` });
  }
  return events;
};

/** `…:stateMachine:NAME` → `…:execution:NAME:RUN` */
const executionArnOf = (machineArn: string, run: string): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${run}`;

/** One run: the machine as a graph, and what of it the run has reached. */
export const run: Call<'run'> = {
  input: z.object({ machine: z.enum(machines), name: z.string().min(1) }),
  run: async ({ access }, { machine, name }, about) => {
    const machineArn = await stateMachineArn(access, machineName(access, machine));
    const executionArn = executionArnOf(machineArn, name);
    const [described, events, { definition = '{"States":{}}' }] = await Promise.all([
      access.sfn.send(new DescribeExecutionCommand({ executionArn })),
      historyOf(access, executionArn, about),
      access.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn })),
    ]);
    const { status = 'UNKNOWN', input = '', output = null, error = null } = described;
    const cause = described.cause === undefined ? null : readableCause(described.cause);
    const went = status === 'SUCCEEDED' || status === 'RUNNING';
    return {
      run: runShown(machine, described),
      ...graphOf(definition),
      reached: reachedBy(events, status),
      ...{ input, output, error, cause },
      entry: went ? null : entryOfRun(machine, { status, error: error ?? '', cause: described.cause ?? '' }),
    };
  },
};
