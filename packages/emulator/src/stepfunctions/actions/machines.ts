import { compileMachine } from 'headrace-asl';
import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import { type Action, type Core, checkArn, checkName, pageSize, parse, seconds } from '../core.ts';
import type { MachineRow } from '../types.ts';

const createInput = z.object({
  name: z.string(),
  definition: z.string().min(1),
  roleArn: z.string().min(1),
  type: z.enum(['STANDARD', 'EXPRESS']).optional(),
});
const updateInput = z.object({
  stateMachineArn: z.string(),
  definition: z.string().min(1).optional(),
  roleArn: z.string().min(1).optional(),
});
const arnInput = z.object({ stateMachineArn: z.string() });
const listInput = z.object({
  maxResults: z.number().int().min(0).optional(),
  nextToken: z.string().optional(),
});
const validateInput = z.object({ definition: z.string().min(1), maxResults: z.number().int().optional() });

const createStateMachine: Action = (core, input) => {
  const { name, definition, roleArn, type } = parse(createInput, input);
  if (type === 'EXPRESS') {
    throw new AwsError('StateMachineTypeNotSupported', 'Emulator: Express workflows are not emulated.');
  }
  const arn = core.machineArn(checkName(name));
  const known = core.machines.find(arn);
  // AWS takes a second request with the same definition for the first one; the role is not looked at.
  if (known !== undefined && known.definition !== definition) {
    throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
  }
  if (known === undefined) {
    core.check(definition);
    core.machines.save({ arn, name, definition, roleArn }, core.now());
  }
  return { stateMachineArn: arn, creationDate: seconds(core.machines.get(arn).createdMs) };
};

const updateStateMachine: Action = (core, input) => {
  const { stateMachineArn, definition, roleArn } = parse(updateInput, input);
  if (definition === undefined && roleArn === undefined) {
    throw new AwsError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, or both must be specified',
    );
  }
  const machine = core.machines.get(checkArn(stateMachineArn, 'stateMachine'));
  saveMachine(core, {
    ...machine,
    definition: definition ?? machine.definition,
    roleArn: roleArn ?? machine.roleArn,
  });
  const { updatedMs, revision } = core.machines.get(stateMachineArn);
  return { updateDate: seconds(updatedMs), revisionId: String(revision) };
};

/** Stores a definition unless the machine has it already. Throws AwsError('InvalidDefinition'). */
export const saveMachine = (
  core: Core,
  machine: Pick<MachineRow, 'arn' | 'name' | 'definition' | 'roleArn'>,
): void => {
  const known = core.machines.find(machine.arn);
  core.check(machine.definition);
  if (known?.definition === machine.definition && known.roleArn === machine.roleArn) return;
  core.machines.save(machine, core.now());
};

const deleteStateMachine: Action = (core, input) => {
  core.machines.remove(checkArn(parse(arnInput, input).stateMachineArn, 'stateMachine'));
  return {};
};

const describeStateMachine: Action = (core, input) => {
  const machine = core.machines.get(checkArn(parse(arnInput, input).stateMachineArn, 'stateMachine'));
  const { arn, name, definition, roleArn, createdMs, revision } = machine;
  return {
    ...{ stateMachineArn: arn, name, status: 'ACTIVE', definition, roleArn, type: 'STANDARD' },
    ...{ creationDate: seconds(createdMs), revisionId: String(revision) },
    ...fixed,
  };
};

/** Logging and tracing are accepted and have no effect here: see docs/differences.md. */
export const fixed: JsonObject = {
  loggingConfiguration: { level: 'OFF', includeExecutionData: false },
  tracingConfiguration: { enabled: false },
};

const listStateMachines: Action = (core, input) => {
  const { maxResults, nextToken } = parse(listInput, input);
  const limit = pageSize(maxResults);
  const found = core.machines.list(nextToken ?? '', limit + 1);
  const page = found.slice(0, limit);
  const stateMachines = page.map(({ arn, name, createdMs }) => ({
    ...{ stateMachineArn: arn, name, type: 'STANDARD', creationDate: seconds(createdMs) },
  }));
  return jsonObject({ stateMachines, nextToken: found.length > limit ? page.at(-1)?.name : undefined });
};

const validateStateMachineDefinition: Action = (core, input) => {
  const { definition, maxResults } = parse(validateInput, input);
  const { problems } = compileMachine(definition, core.options.tasks);
  const limit = maxResults || 100;
  const diagnostics = problems.slice(0, limit).map(({ code, location, message }) => ({
    ...{ severity: 'ERROR', code, message },
    ...(location === '' ? {} : { location }),
  }));
  return { result: problems.length === 0 ? 'OK' : 'FAIL', diagnostics, truncated: problems.length > limit };
};

export const machineActions: Record<string, Action> = {
  CreateStateMachine: createStateMachine,
  UpdateStateMachine: updateStateMachine,
  DeleteStateMachine: deleteStateMachine,
  DescribeStateMachine: describeStateMachine,
  ListStateMachines: listStateMachines,
  ValidateStateMachineDefinition: validateStateMachineDefinition,
};
