import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListStateMachinesCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { StageAccess } from './access.ts';
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

/** Called for every state that is entered, and with what a failed task said. */
export type OnState = (state: string, failure?: string) => void;

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
  onState: OnState,
  signal?: AbortSignal,
): Promise<ExecutionReport> => {
  const machine = await stateMachineArn(access, access.stateMachine);
  return followExecution(access, await startExecution(access, machine, input), onState, signal);
};

/** Follows an execution to its end; when `signal` aborts, it goes on by itself. */
export const followExecution = async (
  access: StageAccess,
  executionArn: string,
  onState: OnState,
  signal?: AbortSignal,
): Promise<ExecutionReport> => {
  const states = new Set<string>();
  let seen = 0;
  const stateOf = new Map<number, string>();
  for (;;) {
    const described = await access.sfn.send(new DescribeExecutionCommand({ executionArn }));
    seen = await follow(access, executionArn, seen, stateOf, (state, failure) => {
      states.add(state);
      onState(state, failure);
    });
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

const functionError = z.object({ errorMessage: z.string() });

/** The cause of a failed function is a JSON document with a stack trace; a person wants its message. */
export const reasonIn = (cause: string): string => {
  try {
    return functionError.parse(JSON.parse(cause)).errorMessage;
  } catch {
    return cause;
  }
};

/**
 * Tells of the events after number `seen` and returns the number of the last one. `stateOf` knows the state of every
 * event seen so far: iterations of a Map run side by side, so an event belongs to its predecessor's state.
 */
const follow = async (
  access: StageAccess,
  executionArn: string,
  seen: number,
  stateOf: Map<number, string>,
  onState: OnState,
): Promise<number> => {
  const fresh: HistoryEvent[] = [];
  let nextToken: string | undefined;
  // Newest first, so that a long history is not read anew from its beginning on every look.
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
  for (const event of fresh.reverse()) {
    const entered = event.stateEnteredEventDetails?.name;
    const current = entered ?? stateOf.get(event.previousEventId ?? 0) ?? '';
    stateOf.set(event.id ?? 0, current);
    if (entered) onState(entered);
    const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (failed) onState(current, `${failed.error}: ${reasonIn(failed.cause ?? '')}`);
  }
  return fresh.at(-1)?.id ?? seen;
};
