import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { StageAccess } from '../../client/access.ts';
import { stateMachineArn } from '../../client/executions.ts';
import type { Machine, RunShown } from '../../console/contract.ts';

export const machineName = (access: StageAccess, machine: Machine): string =>
  machine === 'etl' ? access.stateMachine : access.backfillMachine;

interface Execution {
  name?: string | undefined;
  status?: string | undefined;
  startDate?: Date | undefined;
  stopDate?: Date | undefined;
}

export const runShown = (machine: Machine, { name, status, startDate, stopDate }: Execution): RunShown => ({
  machine,
  name: name ?? '',
  status: status ?? 'UNKNOWN',
  startedAt: startDate?.toISOString() ?? '',
  seconds: startDate && stopDate ? (stopDate.getTime() - startDate.getTime()) / 1000 : null,
});

/** The last runs of a machine, newest first. */
export const lastRuns = async (access: StageAccess, machine: Machine, most: number): Promise<RunShown[]> => {
  const stateMachine = await stateMachineArn(access, machineName(access, machine));
  const page = await access.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: stateMachine, maxResults: most }),
  );
  return (page.executions ?? []).map((execution) => runShown(machine, execution));
};
