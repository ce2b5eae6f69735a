import { findAction } from '../endpoint/actions.ts';
import { executionActions } from './actions/executions.ts';
import { machineActions, saveMachine } from './actions/machines.ts';
import { type RunAction, runActions } from './actions/runs.ts';
import { type Action, Core, checkName, type StepFunctionsOptions } from './core.ts';
import { Runs } from './runs.ts';
import type { StepFunctions } from './types.ts';

export const statesActions: Readonly<Record<string, Action | RunAction>> = {
  ...machineActions,
  ...executionActions,
  ...runActions,
};

/** Step Functions: Standard workflows in the emulator's process, with their histories in its database. */
export const createStepFunctions = (options: StepFunctionsOptions): StepFunctions => {
  const core = new Core(options);
  const runs = new Runs(core);
  abortOrphans(core);
  core.executions.prune(core.now());
  return {
    name: 'states',
    targetPrefix: 'AWSStepFunctions',
    jsonVersion: '1.0',
    call: async (action, input) => findAction('StepFunctions', statesActions, action)(core, input, runs),
    deploy: (name, definition, roleArn) => {
      const arn = core.machineArn(checkName(name));
      saveMachine(core, { arn, name, definition, roleArn });
      return arn;
    },
    ended: async (arn) => runs.ended(arn),
    close: () => runs.close(),
  };
};

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
