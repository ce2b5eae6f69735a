import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListStateMachinesCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { StageAccess } from './access.ts';
import { createHistory, type OnStep } from './executionHistory.ts';
import { CliError } from './failure.ts';

export interface ExecutionReport {
  execution: string;
  status: string;
  /** States in the order in which each was first entered. */
  states: string[];
  seconds: number;
  output?: unknown;
  error?: string;
  cause?: string;
}

export const stateMachineArn = async (access: StageAccess, name: string): Promise<string> => {
  let nextToken: string | undefined;
  do {
    const page = await access.sfn.send(new ListStateMachinesCommand(nextToken ? { nextToken } : {}));
    const found = page.stateMachines?.find((machine) => machine.name === name);
    if (found?.stateMachineArn) return found.stateMachineArn;
    nextToken = page.nextToken;
  } while (nextToken);
  throw new CliError(
    `There is no state machine ${name} here.`,
    `Is stage ${access.stage} deployed, and are the credentials and region those of its account?`,
  );
};

const POLL_MS = { local: 100, deployed: 1500 };

/** Starts a state machine, by its ARN; returns the execution's. */
export const startExecution = async (
  access: StageAccess,
  machine: string,
  input: object,
): Promise<string> => {
  const { executionArn = '' } = await access.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machine,
      name: `cli-${new Date().toISOString().replace(/[^0-9TZ]/g, '')}-${process.pid}`,
      input: JSON.stringify(input),
    }),
  );
  return executionArn;
};

/** Starts the etl and follows it to its end. */
export const runExecution = async (
  access: StageAccess,
  input: object,
  onStep: OnStep,
  signal?: AbortSignal,
): Promise<ExecutionReport> => {
  const machine = await stateMachineArn(access, access.stateMachine);
  return followExecution(access, await startExecution(access, machine, input), onStep, signal);
};

/** Follows an execution to its end; when `signal` aborts, it goes on by itself. */
export const followExecution = async (
  access: StageAccess,
  executionArn: string,
  onStep: OnStep,
  signal?: AbortSignal,
): Promise<ExecutionReport> => {
  const states = new Set<string>();
  const history = createHistory((step) => {
    if (step.kind === 'entered') states.add(step.state);
    onStep(step);
  });
  for (;;) {
    const described = await access.sfn.send(new DescribeExecutionCommand({ executionArn }));
    for (const event of await eventsSince(access, executionArn, history.seen())) history.add(event);
    if (described.status !== 'RUNNING') {
      const ms = (described.stopDate?.getTime() ?? 0) - (described.startDate?.getTime() ?? 0);
      return {
        execution: described.name ?? executionArn,
        status: described.status ?? 'UNKNOWN',
        states: [...states],
        seconds: ms / 1000,
        ...(described.output ? { output: JSON.parse(described.output) } : {}),
        ...(described.error ? { error: described.error } : {}),
        ...(described.cause ? { cause: described.cause } : {}),
      };
    }
    await sleep(access.local ? POLL_MS.local : POLL_MS.deployed, undefined, signal ? { signal } : {});
  }
};

/**
 * When an execution is to be left to itself because of Ctrl-C: says that it goes on, how to see it again and how to
 * stop it. Throws anything else as it is.
 */
export const stoppedFollowing = (
  access: StageAccess,
  executionArn: string,
  again: string,
  error: unknown,
  signal: AbortSignal,
): never => {
  if (!signal.aborted) throw error;
  const aws = access.local
    ? `AWS_ENDPOINT_URL=${access.local.endpoint} AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=me AWS_SECRET_ACCESS_KEY=me aws`
    : 'aws';
  throw new CliError(
    `Stopped following; the run goes on as ${executionArn}.`,
    `${again} To stop it: ${aws} stepfunctions stop-execution --execution-arn ${executionArn}`,
    { cause: error },
  );
};

/** Newest first, so that a long history is not read anew from its beginning on every look. */
const eventsSince = async (
  access: StageAccess,
  executionArn: string,
  seen: number,
): Promise<HistoryEvent[]> => {
  const fresh: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await access.sfn.send(
      new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        ...(nextToken ? { nextToken } : {}),
      }),
    );
    const events = page.events ?? [];
    fresh.push(...events.filter((event) => (event.id ?? 0) > seen));
    nextToken = (events.at(-1)?.id ?? 0) > seen + 1 ? page.nextToken : undefined;
  } while (nextToken);
  return fresh.reverse();
};
