import { z } from 'zod';
import { AwsError } from '../../contracts.ts';
import type { Elements } from '../../endpoint/types.ts';
import type { TemplateResource } from '../../template/resolveTemplate.ts';
import { stackArn } from '../arn.ts';
import {
  type Action,
  type Core,
  date,
  inStack,
  members,
  page,
  parse,
  stackNamed,
  statusOf,
} from '../core.ts';
import type { Stack } from '../store.ts';

const resourceInput = inStack.extend({ LogicalResourceId: z.string() });
const resourcesInput = z.object({
  StackName: z.string().optional(),
  LogicalResourceId: z.string().optional(),
  PhysicalResourceId: z.string().optional(),
});

/** "For deleted stacks or more than 100 resources use ListStackResources": it gives no more. */
const MOST_DESCRIBED = 100;

const changedMs = ({ createdMs, updatedMs }: Stack): number => updatedMs ?? createdMs;

const summary = (stack: Stack, { logicalId, ref, type }: TemplateResource): Elements => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: ref,
  ResourceType: type,
  ResourceStatus: statusOf(stack),
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
});

const ofStack = ({ name }: Stack): Elements => ({ StackName: name, StackId: stackArn(name) });

/** By the stack's name, or by the resource that it must have. */
const stackOf = (core: Core, { StackName, PhysicalResourceId }: z.infer<typeof resourcesInput>): Stack => {
  if ((StackName === undefined) === (PhysicalResourceId === undefined)) {
    throw new AwsError('ValidationError', 'Give either StackName or PhysicalResourceId.');
  }
  if (StackName !== undefined) return stackNamed(core, StackName);
  const stack = core.store.get();
  if (stack?.resources.some(({ ref }) => ref === PhysicalResourceId)) return stack;
  throw new AwsError('ValidationError', `Stack for ${PhysicalResourceId} does not exist`);
};

const describeStackResources: Action = (core, fields) => {
  const input = parse(resourcesInput, fields);
  const stack = stackOf(core, input);
  const wanted = stack.resources
    .filter(({ logicalId }) => input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId)
    .slice(0, MOST_DESCRIBED);
  return {
    StackResources: members(
      wanted.map((resource) => ({
        ...ofStack(stack),
        ...summary(stack, resource),
        Timestamp: date(changedMs(stack)),
      })),
    ),
  };
};

const describeStackResource: Action = (core, fields) => {
  const { StackName, LogicalResourceId } = parse(resourceInput, fields);
  const stack = stackNamed(core, StackName);
  const resource = stack.resources.find(({ logicalId }) => logicalId === LogicalResourceId);
  if (resource === undefined) {
    throw new AwsError(
      'ValidationError',
      `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`,
    );
  }
  const about = { ...ofStack(stack), ...summary(stack, resource) };
  return { StackResourceDetail: { ...about, LastUpdatedTimestamp: date(changedMs(stack)) } };
};

const listStackResources: Action = (core, fields) => {
  const { StackName, NextToken: token } = parse(inStack, fields);
  const stack = stackNamed(core, StackName);
  const { items, NextToken } = page(stack.resources, token);
  const LastUpdatedTimestamp = date(changedMs(stack));
  return {
    StackResourceSummaries: members(
      items.map((resource) => ({ ...summary(stack, resource), LastUpdatedTimestamp })),
    ),
    NextToken,
  };
};

type Subject = Pick<TemplateResource, 'logicalId' | 'ref' | 'type'>;

/** Newest first: the stack's end, each resource once, the stack's begin. All of the moment of the last change. */
const describeStackEvents: Action = (core, fields) => {
  const { StackName, NextToken: token } = parse(inStack, fields);
  const stack = stackNamed(core, StackName);
  const event = (id: string, { logicalId, ref, type }: Subject, status: string): Elements => ({
    ...ofStack(stack),
    EventId: id,
    ...{ LogicalResourceId: logicalId, PhysicalResourceId: ref, ResourceType: type },
    Timestamp: date(changedMs(stack)),
    ResourceStatus: status,
  });
  const whole = { logicalId: stack.name, ref: stackArn(stack.name), type: 'AWS::CloudFormation::Stack' };
  const done = statusOf(stack);
  const all = [
    event('begun', whole, done.replace('COMPLETE', 'IN_PROGRESS')),
    ...stack.resources.map((resource) => event(resource.logicalId, resource, done)),
    event('done', whole, done),
  ];
  const { items, NextToken } = page(all.reverse(), token);
  return { StackEvents: members(items), NextToken };
};

export const resourceActions: Readonly<Record<string, Action>> = {
  DescribeStackEvents: describeStackEvents,
  DescribeStackResource: describeStackResource,
  DescribeStackResources: describeStackResources,
  ListStackResources: listStackResources,
};
