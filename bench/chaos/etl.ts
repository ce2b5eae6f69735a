import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StageAccess } from '../../client/access.ts';
import { stateMachineArn } from '../../client/executions.ts';

export interface EtlRun {
  status: string;
  error: string;
  /** nothing was stale, no day was waiting */
  idle: boolean;
}

const POLL_MS = 100;

/** Runs the state machine once. Rejects when the stage goes away meanwhile. */
export const runEtl = async (access: StageAccess, name: string): Promise<EtlRun> => {
  const machine = await stateMachineArn(access, access.stateMachine);
  const started = await access.sfn.send(
    new StartExecutionCommand({ stateMachineArn: machine, name, input: '{}' }),
  );
  for (;;) {
    const { executionArn } = started;
    const {
      status = '',
      error = '',
      cause = '',
      output = '',
    } = await access.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING')
      return { status, error: `${error}: ${cause}`.slice(0, 400), idle: output.includes('"hasWork":false') };
    await sleep(POLL_MS);
  }
};
