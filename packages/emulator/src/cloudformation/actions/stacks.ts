import { z } from 'zod';
import { AwsError } from '../../contracts.ts';
import type { Elements } from '../../endpoint/types.ts';
import type { TemplateOutput } from '../../template/resolveTemplate.ts';
import { stackArn } from '../arn.ts';
import { type Action, date, inStack, members, page, parse, stackNamed, statusOf } from '../core.ts';
import type { Stack } from '../store.ts';

const describeInput = z.object({ StackName: z.string().optional(), NextToken: z.string().optional() });
const listInput = z.object({ NextToken: z.string().optional() });
const templateInput = inStack.extend({ TemplateStage: z.enum(['Original', 'Processed']).optional() });

const summary = (stack: Stack): Elements => ({
  StackId: stackArn(stack.name),
  StackName: stack.name,
  CreationTime: date(stack.createdMs),
  LastUpdatedTime: stack.updatedMs === undefined ? undefined : date(stack.updatedMs),
  StackStatus: statusOf(stack),
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});

const outputsOf = (stack: Stack): TemplateOutput[] => {
  try {
    return stack.outputs();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError('ValidationError', `Emulator: the outputs of ${stack.name} cannot be told. ${why}`);
  }
};

const described = (stack: Stack): Elements => ({
  ...summary(stack),
  Description: stack.description,
  Parameters: members(
    Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  ),
  Outputs: members(
    outputsOf(stack).map(({ key, value, description, exportName }) => ({
      ...{ OutputKey: key, OutputValue: value, Description: description, ExportName: exportName },
    })),
  ),
  Capabilities: [{ member: 'CAPABILITY_IAM' }, { member: 'CAPABILITY_NAMED_IAM' }],
  DisableRollback: 'false',
  EnableTerminationProtection: 'false',
  NotificationARNs: [],
  Tags: [],
});

const isWanted = (stack: Stack, fields: Readonly<Record<string, string>>): boolean => {
  const filters = Object.keys(fields).filter((name) => name.startsWith('StackStatusFilter.member.'));
  return filters.length === 0 || filters.some((name) => fields[name] === statusOf(stack));
};

export const stackActions: Readonly<Record<string, Action>> = {
  DescribeStacks(core, fields) {
    const { StackName } = parse(describeInput, fields);
    const found = StackName === undefined ? core.store.get() : stackNamed(core, StackName);
    return { Stacks: members(found === undefined ? [] : [described(found)]) };
  },
  ListStacks({ store }, fields) {
    parse(listInput, fields);
    const stack = store.get();
    return { StackSummaries: members(stack && isWanted(stack, fields) ? [summary(stack)] : []) };
  },
  GetTemplate(core, fields) {
    const { StackName } = parse(templateInput, fields);
    const { template } = stackNamed(core, StackName);
    return { TemplateBody: template, StagesAvailable: [{ member: 'Original' }, { member: 'Processed' }] };
  },
  ListExports({ store }, fields) {
    const stack = store.get();
    const exported = (stack === undefined ? [] : outputsOf(stack)).flatMap(({ exportName, value }) =>
      exportName === undefined || stack === undefined
        ? []
        : [{ ExportingStackId: stackArn(stack.name), Name: exportName, Value: value }],
    );
    const { items, NextToken } = page(exported, parse(listInput, fields).NextToken);
    return { Exports: members(items), NextToken };
  },
};
