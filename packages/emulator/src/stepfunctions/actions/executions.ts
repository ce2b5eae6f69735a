import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { type Action, type Core, checkArn, pageSize, parse, placeOf, seconds } from '../core.ts';
import { onTheWire } from '../journal.ts';
import { notRedrivable } from '../redrivable.ts';
import type { ExecutionRow } from '../types.ts';
import { fixed } from './machines.ts';

const arnInput = z.object({ executionArn: z.string() });
const listInput = z.object({
  stateMachineArn: z.string().optional(),
  statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
  maxResults: z.number().int().min(0).optional(),
  nextToken: z.string().optional(),
  redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).optional(),
});
const historyInput = z.object({
  executionArn: z.string(),
  maxResults: z.number().int().min(0).optional(),
  reverseOrder: z.boolean().optional(),
  nextToken: z.string().optional(),
  includeExecutionData: z.boolean().optional(),
});

const executionOf = (core: Core, input: JsonObject): ExecutionRow => {
  const arn = checkArn(parse(arnInput, input).executionArn, 'execution');
  core.journal.flush();
  return core.executions.get(arn);
};

/** What DescribeExecution and ListExecutions both tell. */
const summary = (core: Core, row: ExecutionRow) => {
  const { count, atMs } = core.redrives.of(row);
  return {
    ...stateOf(row),
    redriveCount: count,
    redriveDate: atMs === undefined ? undefined : seconds(atMs),
  };
};

const stateOf = (row: ExecutionRow) => ({
  executionArn: row.arn,
  stateMachineArn: row.machineArn,
  name: row.name,
  status: row.status,
  startDate: seconds(row.startMs),
  stopDate: row.stopMs === null ? undefined : seconds(row.stopMs),
});

const describeExecution: Action = (core, input) => {
  const row = executionOf(core, input);
  const reason = notRedrivable(core, row);
  return jsonObject({
    ...summary(core, row),
    input: row.input,
    inputDetails: { included: true },
    output: row.output ?? undefined,
    outputDetails: row.output === null ? undefined : { included: true },
    error: row.error ?? undefined,
    cause: row.cause ?? undefined,
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: reason,
  });
};

const listExecutions: Action = (core, input) => {
  const { stateMachineArn, statusFilter, maxResults, nextToken, redriveFilter } = parse(listInput, input);
  if (stateMachineArn === undefined) {
    throw new AwsError('ValidationException', 'Must specify stateMachineArn; mapRunArn is not emulated.');
  }
  if (redriveFilter !== undefined) {
    throw new AwsError('ValidationException', 'redriveFilter is for the executions of a Map Run only.');
  }
  const machine = core.machines.get(checkArn(stateMachineArn, 'stateMachine'));
  core.journal.flush();
  const limit = pageSize(maxResults);
  const before = placeOf(nextToken, Number.MAX_SAFE_INTEGER);
  const found = core.executions.list({
    machineArn: machine.arn,
    status: statusFilter,
    before,
    limit: limit + 1,
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return jsonObject({
    executions: page.map((row) => jsonObject(summary(core, row))),
    nextToken: found.length > limit && last !== undefined ? String(last.id) : undefined,
  });
};

const getExecutionHistory: Action = (core, input) => {
  const { maxResults, nextToken, ...options } = parse(historyInput, input);
  const { id: execution } = executionOf(core, input);
  const { reverseOrder: reverse = false, includeExecutionData: withData = true } = options;
  const limit = pageSize(maxResults);
  const from = placeOf(nextToken, reverse ? Number.MAX_SAFE_INTEGER : 0);
  const found = core.journal.read({ execution, from, limit: limit + 1, reverse });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return jsonObject({
    events: page.map((event) => onTheWire(event, withData)),
    nextToken: found.length > limit && last !== undefined ? String(last.id) : undefined,
  });
};

const describeStateMachineForExecution: Action = (core, input) => {
  const { machineArn, revision, arn } = executionOf(core, input);
  const machine = core.machines.atRevision(machineArn, revision);
  if (machine === undefined) {
    throw new AwsError('ExecutionDoesNotExist', `The state machine of '${arn}' was deleted`);
  }
  const { name, definition, roleArn, updatedMs } = machine;
  return {
    ...{ stateMachineArn: machineArn, name, definition, roleArn },
    ...{ updateDate: seconds(updatedMs), revisionId: String(revision) },
    ...fixed,
  };
};

export const executionActions: Record<string, Action> = {
  DescribeExecution: describeExecution,
  ListExecutions: listExecutions,
  GetExecutionHistory: getExecutionHistory,
  DescribeStateMachineForExecution: describeStateMachineForExecution,
};
