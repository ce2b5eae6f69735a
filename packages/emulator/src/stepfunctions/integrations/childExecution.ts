import type { TaskCall } from 'headrace-asl';
import { type Json, type JsonObject, parseJson, StatesError } from 'headrace-asl';
import { z } from 'zod';
import { inputObject } from './input.ts';
import type { Integration, ServiceNames, Surroundings } from './integration.ts';
import { until } from './wait.ts';

const states: ServiceNames = { name: 'states', errors: 'StepFunctions' };

const parameters = z.looseObject({
  StateMachineArn: z.string(),
  Name: z.string().optional(),
  Input: z.json().optional(),
});
const started = z.object({ executionArn: z.string(), startDate: z.number() });
const described = z.object({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  status: z.string(),
  startDate: z.number(),
  stopDate: z.number().optional(),
  input: z.string(),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});

/** `states:startExecution`: starts it and goes on. */
export const startExecution: Integration = (around, call) => start(around, call);

/**
 * `states:startExecution.sync` and `.sync:2` (which reads the child's texts as JSON): waits for the child. One that
 * does not succeed is States.TaskFailed with its description as the cause; one nobody waits for is stopped.
 */
export const runExecution =
  (asJson: boolean): Integration =>
  async (around, call) => {
    const answer = await start(around, call);
    const executionArn = String(answer.ExecutionArn);
    call.submitted(answer);
    const stop = () => {
      around.callService(call, states, 'StopExecution', { executionArn }).catch(() => {});
    };
    if (call.signal.aborted) stop();
    call.signal.addEventListener('abort', stop, { once: true });
    try {
      return await until(around.timer, call.signal, () => finished(around, call, executionArn, asJson));
    } finally {
      call.signal.removeEventListener('abort', stop);
    }
  };

const start = async (around: Surroundings, call: TaskCall): Promise<JsonObject> => {
  const parsed = parameters.safeParse(inputObject(call));
  if (!parsed.success)
    throw new StatesError('States.Runtime', `startExecution needs StateMachineArn: ${parsed.error.message}`);
  const { StateMachineArn: stateMachineArn, Name: name, Input = {} } = parsed.data;
  const input = typeof Input === 'string' ? Input : JSON.stringify(Input);
  const request = { stateMachineArn, input, ...(name === undefined ? {} : { name }) };
  const { executionArn, startDate } = started.parse(
    await around.callService(call, states, 'StartExecution', request),
  );
  return { ExecutionArn: executionArn, StartDate: Math.round(startDate * 1000) };
};

const finished = async (around: Surroundings, call: TaskCall, executionArn: string, asJson: boolean) => {
  const answer = await around.callService(call, states, 'DescribeExecution', { executionArn });
  const { status, ...child } = described.parse(answer);
  if (status === 'RUNNING') return undefined;
  const text = (value: string): Json => (asJson ? (parseJson(value) ?? null) : value);
  const description: JsonObject = {
    ExecutionArn: executionArn,
    Input: text(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output === undefined ? {} : { Output: text(child.output), OutputDetails: { Included: true } }),
    StartDate: Math.round(child.startDate * 1000),
    StateMachineArn: child.stateMachineArn,
    Status: status,
    ...(child.stopDate === undefined ? {} : { StopDate: Math.round(child.stopDate * 1000) }),
    ...(child.error === undefined ? {} : { Error: child.error }),
    ...(child.cause === undefined ? {} : { Cause: child.cause }),
  };
  if (status !== 'SUCCEEDED') throw new StatesError('States.TaskFailed', JSON.stringify(description));
  return description;
};
