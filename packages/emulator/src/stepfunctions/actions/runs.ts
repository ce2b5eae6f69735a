import { z } from 'zod';
import type { JsonObject } from '../../contracts.ts';
import { type Core, checkArn, parse, seconds } from '../core.ts';
import type { Runs } from '../runs.ts';

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

const redriveInput = z.object({
  executionArn: z.string(),
  clientToken: z.string().min(1).max(64).optional(),
});

export type RunAction = (core: Core, input: JsonObject, runs: Runs) => Promise<JsonObject>;

/** What begins and ends the run of an execution. */
export const runActions: Readonly<Record<string, RunAction>> = {
  StartExecution: async (core, input, runs) => {
    const { stateMachineArn, name, input: text = '{}' } = parse(startInput, input);
    const machine = core.machines.get(checkArn(stateMachineArn, 'stateMachine'));
    const { arn, startMs } = await runs.start(machine, name, text);
    return { executionArn: arn, startDate: seconds(startMs) };
  },
  StopExecution: async (core, input, runs) => {
    const { executionArn, error, cause } = parse(stopInput, input);
    await runs.stop(core.executions.get(checkArn(executionArn, 'execution')), error, cause);
    const { stopMs } = core.executions.get(executionArn);
    return { stopDate: seconds(stopMs ?? core.now()) };
  },
  RedriveExecution: async (core, input, runs) => {
    const { executionArn, clientToken } = parse(redriveInput, input);
    core.journal.flush();
    const execution = core.executions.get(checkArn(executionArn, 'execution'));
    return { redriveDate: seconds(await runs.redrive(execution, clientToken)) };
  },
};
