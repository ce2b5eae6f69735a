import type { DatabaseSync } from 'node:sqlite';
import type { TaskRunner } from 'headrace-asl';
import { virtualTimer } from 'headrace-asl/testing';
import {
  AwsError,
  type FunctionInvoker,
  type Json,
  type JsonObject,
  type JsonService,
} from '../contracts.ts';
import { IN_MEMORY, openStore } from '../database.ts';
import { createIntegrations } from '../stepfunctions/integrations.ts';
import { createStepFunctions } from '../stepfunctions/service.ts';
import type { StepFunctions } from '../stepfunctions/types.ts';

export const role = 'arn:aws:iam::000000000000:role/etl';
export const context = { accessKeyId: 'AKIDTEST' };

type Answer = (input: JsonObject) => JsonObject | Promise<JsonObject>;

export interface Fixture {
  states: StepFunctions;
  store: DatabaseSync;
  /** every call of a fake service, in order */
  calls: { service: string; action: string; input: JsonObject; accessKeyId: string }[];
  /** Deploys a machine of these states and runs it; the description of its end. */
  run(definition: JsonObject, input?: Json): Promise<JsonObject>;
}

interface FixtureOptions {
  functions?: FunctionInvoker['invoke'];
  services?: { [service: string]: { [action: string]: Answer } };
  store?: DatabaseSync;
}

const noFunctions: FunctionInvoker['invoke'] = async (name) => {
  throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
};

/** Step Functions over an in-memory store in virtual time, with fakes for what its tasks call. */
export const fixture = (options: FixtureOptions = {}): Fixture => {
  const calls: Fixture['calls'] = [];
  const timer = virtualTimer();
  const store = options.store ?? openStore(IN_MEMORY);
  const fakes = Object.entries(options.services ?? {}).map(([name, answers]) =>
    fakeService(name, answers, calls),
  );
  const tasks: TaskRunner = createIntegrations({
    functions: { invoke: options.functions ?? noFunctions },
    service: (name) => (name === 'states' ? states : fakes.find((fake) => fake.name === name)),
    timer,
    accessKeyOf: (roleArn) => `key of ${roleArn}`,
    requestId: () => 'request-1',
  });
  let count = 0;
  const uuid = () => {
    count += 1;
    return `id-${count}`;
  };
  const states = createStepFunctions({
    store,
    timer,
    tasks,
    account: '000000000000',
    region: 'us-east-1',
    uuid,
  });
  const run = async (definition: JsonObject, input: Json = {}) => {
    const stateMachineArn = states.deploy('m', JSON.stringify(definition), role);
    const started = await states.call(
      'StartExecution',
      { stateMachineArn, input: JSON.stringify(input) },
      context,
    );
    const executionArn = String(started.executionArn);
    await states.ended(executionArn);
    return states.call('DescribeExecution', { executionArn }, context);
  };
  return { states, store, calls, run };
};

const fakeService = (
  name: string,
  answers: { [action: string]: Answer },
  calls: Fixture['calls'],
): JsonService => ({
  name,
  targetPrefix: name,
  jsonVersion: '1.1',
  call: async (action, input, { accessKeyId }) => {
    calls.push({ service: name, action, input, accessKeyId });
    const answer = answers[action];
    if (answer === undefined)
      throw new AwsError('UnknownOperationException', `${name}.${action} is not emulated`);
    return answer(input);
  },
});

/** A machine of one Task. */
export const oneTask = (Resource: string, fields: JsonObject = {}): JsonObject => ({
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource, End: true, ...fields } },
});

/** The output of an execution that succeeded, as a value. */
export const outputOf = (description: JsonObject): Json => JSON.parse(String(description.output));
