import type { JsonObject } from '../contracts.ts';
import { arn, onAll, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

const on =
  (field: string) =>
  (action: string) =>
  (input: JsonObject): RequiredPermission => ({ action: `states:${action}`, resource: text(input[field]) });

const onMachine = on('stateMachineArn');
const onExecution = on('executionArn');

export const statesPermissions: PermissionTable = {
  CreateStateMachine: (input) => ({
    action: 'states:CreateStateMachine',
    resource: arn('states', `stateMachine:${text(input.name)}`),
  }),
  UpdateStateMachine: onMachine('UpdateStateMachine'),
  DeleteStateMachine: onMachine('DeleteStateMachine'),
  DescribeStateMachine: onMachine('DescribeStateMachine'),
  ListExecutions: onMachine('ListExecutions'),
  StartExecution: onMachine('StartExecution'),
  StopExecution: onExecution('StopExecution'),
  RedriveExecution: onExecution('RedriveExecution'),
  DescribeExecution: onExecution('DescribeExecution'),
  DescribeStateMachineForExecution: onExecution('DescribeStateMachineForExecution'),
  GetExecutionHistory: onExecution('GetExecutionHistory'),
  ListStateMachines: onAll('states:ListStateMachines'),
  ValidateStateMachineDefinition: onAll('states:ValidateStateMachineDefinition'),
};
