import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { executionActions } from './actions/executions.ts';
import { machineActions, saveMachine } from './actions/machines.ts';
import { Core, checkArn, checkName, parse, type StepFunctionsOptions, seconds } from './core.ts';
import { Runs } from './runs.ts';
import type { StepFunctions } from './types.ts';

const startInput = z.object({
  stateMachineArn: z.string(),
  name: z.string().optional(),
  input: z.string().optional(),
});
const stopInput = z.object({
  executionArn: z.string(),
  error: z.string().max(256).optional(),
  cause: z.string().max(32_768).optional(),
});

type RunAction = (input: JsonObject) => JsonObject | Promise<JsonObject>;

/** Step Functions: Standard workflows in the emulator's process, with their histories in its database. */
export const createStepFunctions = (options: StepFunctionsOptions): StepFunctions => {
  const core = new Core(options);
  const runs = new Runs(core);
  abortOrphans(core);
  core.executions.prune(core.now());
  const actions: Record<string, RunAction> = { ...bound(core), ...runActions(core, runs) };
  return {
    name: 'states',
    targetPrefix: 'AWSStepFunctions',
    jsonVersion: '1.0',
    call: async (action, input) => findAction('StepFunctions', actions, action)(input),
    deploy: (name, definition, roleArn) => {
      const arn = core.machineArn(checkName(name));
      saveMachine(core, { arn, name, definition, roleArn });
      return arn;
    },
    ended: async (arn) => runs.ended(arn),
    close: () => runs.close(),
  };
};

const bound = (core: Core): Record<string, RunAction> => {
  const all = Object.entries({ ...machineActions, ...executionActions });
  return Object.fromEntries(all.map(([name, action]) => [name, (input: JsonObject) => action(core, input)]));
};

const runActions = (core: Core, runs: Runs): Record<string, RunAction> => ({
  StartExecution: async (input) => {
    const { stateMachineArn, name, input: text = '{}' } = parse(startInput, input);
    const machine = core.machines.get(checkArn(stateMachineArn, 'stateMachine'));
    const { arn, startMs } = await runs.start(machine, name, text);
    return { executionArn: arn, startDate: seconds(startMs) };
  },
  StopExecution: async (input) => {
    const { executionArn, error, cause } = parse(stopInput, input);
    await runs.stop(core.executions.get(checkArn(executionArn, 'execution')), error, cause);
    const { stopMs } = core.executions.get(executionArn);
    return { stopDate: seconds(stopMs ?? core.now()) };
  },
});

/** Executions of a process that died: nobody goes on with them, and nobody must wait for them. */
const abortOrphans = (core: Core): void => {
  const timestamp = core.now();
  const reason = 'The emulator ended while this execution ran; it does not go on after a restart.';
  for (const { id, arn } of core.executions.running()) {
    const last = core.journal.lastId(id);
    const failure = { error: 'Emulator.Stopped', cause: reason };
    const details = { executionAbortedEventDetails: failure };
    core.journal.addEvent(id, {
      id: last + 1,
      previousEventId: last,
      timestamp,
      type: 'ExecutionAborted',
      details,
    });
    core.journal.add(() =>
      core.executions.end({ arn, status: 'ABORTED', output: null, ...failure }, timestamp),
    );
  }
  core.journal.flush();
};
