import { setTimeout as sleep } from 'node:timers/promises';
import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StageAccess } from '../../cli/access.ts';
import { stateMachineArn } from '../../cli/execution.ts';

export interface EtlRun {
  status: string;
  error: string;
  /** nothing was dirty, no day was waiting */
  idle: boolean;
}

const POLL_MS = 100;

/** Runs the state machine once. Rejects when the stage goes away meanwhile. */
export async function runEtl(access: StageAccess, name: string): Promise<EtlRun> {
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
}

/**
 * Ends the leases of executions that are over (killed with the stage, or unable to give their locks back), as a
 * quarter of an hour would. A lock that a running execution holds stays.
 */
export async function endLeases(access: StageAccess): Promise<number> {
  const stateMachine = await stateMachineArn(access, access.stateMachine);
  const { executions = [] } = await access.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: stateMachine, statusFilter: 'RUNNING' }),
  );
  const running = new Set(executions.map(({ name }) => name));
  const { Items: items = [] } = await access.dynamodb.send(
    new ScanCommand({ TableName: access.ledgerTable }),
  );
  const dead = items.filter(({ lock_owner: owner }) => owner?.S !== undefined && !running.has(owner.S));
  for (const { pk, lock_owner: owner } of dead) {
    await access.dynamodb.send(
      new UpdateItemCommand({
        TableName: access.ledgerTable,
        Key: { pk: pk ?? { S: '' } },
        UpdateExpression: 'SET lock_until = :over',
        ConditionExpression: 'lock_owner = :owner',
        ExpressionAttributeValues: { ':over': { N: '0' }, ':owner': owner ?? { S: '' } },
      }),
    );
  }
  return dead.length;
}
