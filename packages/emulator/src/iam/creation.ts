import { z } from 'zod';
import { bucketActions, sourceActions } from '../firehose/permissions.ts';
import { streamOf } from '../kinesis/consumerArn.ts';
import { pollerActions } from '../kinesis/permissions.ts';
import { queuePollerActions } from '../sqs/permissions.ts';
import type { TemplateResource } from '../template/resolveTemplate.ts';
import { arn } from './arns.ts';
import type { Authority } from './authority.ts';

/** What AWS's services ask of a role when a resource that uses it is created: without it the deployment fails. */
type Check = (
  resource: TemplateResource,
  authority: Authority,
  resources: readonly TemplateResource[],
) => void;

const traced = z.object({ Role: z.string(), TracingConfig: z.object({ Mode: z.string() }).optional() });

const needs = (authority: Authority, role: string, actions: readonly string[], resource: string): void =>
  authority.permitOf(role)?.(...actions.map((action) => ({ action, resource })));

const assumes = (
  authority: Authority,
  role: string,
  service: string,
  { attributes, ref }: TemplateResource,
): void => {
  if (authority.mayAssume(role, `${service}.amazonaws.com`, attributes.Arn ?? ref)) return;
  throw new Error(`The trust policy of ${role} does not let ${service}.amazonaws.com assume it.`);
};

const functionCheck: Check = (resource, authority) => {
  const { data } = traced.safeParse(resource.properties);
  if (data === undefined) return;
  assumes(authority, data.Role, 'lambda', resource);
  if (data.TracingConfig?.Mode === 'Active') needs(authority, data.Role, ['xray:PutTraceSegments'], '*');
};

const mappingProperties = z.object({ EventSourceArn: z.string(), FunctionName: z.string() });

const mappingCheck: Check = ({ properties }, authority, resources) => {
  const { EventSourceArn, FunctionName } = mappingProperties.parse(properties);
  const target = resources.find(
    ({ type, name, attributes }) =>
      type === 'AWS::Lambda::Function' && (name === FunctionName || attributes.Arn === FunctionName),
  );
  const role = String(target?.properties.Role ?? '');
  if (EventSourceArn.includes(':sqs:')) return needs(authority, role, queuePollerActions, EventSourceArn);
  const { streamArn, consumerArn } = streamOf(EventSourceArn);
  needs(authority, role, pollerActions, streamArn);
  if (consumerArn !== undefined) needs(authority, role, ['kinesis:SubscribeToShard'], consumerArn);
};

const machineProperties = z.object({
  RoleArn: z.string(),
  LoggingConfiguration: z.object({ Level: z.string().default('OFF') }).optional(),
});

/** Step Functions' guide, "Logging to CloudWatch Logs": the deliveries know no resources. */
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

/** "IAM policies for nested workflows": Step Functions learns of a child's end from a rule that it keeps. */
const managedRule = arn('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule');

const machineCheck: Check = (resource, authority) => {
  const { RoleArn, LoggingConfiguration } = machineProperties.parse(resource.properties);
  assumes(authority, RoleArn, 'states', resource);
  if (LoggingConfiguration && LoggingConfiguration.Level !== 'OFF')
    needs(authority, RoleArn, logDelivery, '*');
  if (JSON.stringify(resource.properties).includes('states:startExecution.sync'))
    needs(authority, RoleArn, ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], managedRule);
};

const crawlerCheck: Check = (resource, authority) =>
  assumes(authority, String(resource.properties.Role), 'glue', resource);

const scheduleTarget = z.object({ Target: z.object({ RoleArn: z.string() }) });

const scheduleCheck: Check = (resource, authority) => {
  const { data } = scheduleTarget.safeParse(resource.properties);
  if (data) assumes(authority, data.Target.RoleArn, 'scheduler', resource);
};

const deliveryProperties = z.object({
  KinesisStreamSourceConfiguration: z.object({ KinesisStreamARN: z.string(), RoleARN: z.string() }),
  ExtendedS3DestinationConfiguration: z.object({ BucketARN: z.string(), RoleARN: z.string() }),
});

/** What it needs on the objects it is asked for when it writes them: only then their keys are known. */
const deliveryStreamCheck: Check = (resource, authority) => {
  // Another source or destination is not emulated, which provisioning says by name.
  const { data } = deliveryProperties.safeParse(resource.properties);
  if (data === undefined) return;
  const { KinesisStreamSourceConfiguration: source, ExtendedS3DestinationConfiguration: destination } = data;
  for (const role of new Set([source.RoleARN, destination.RoleARN]))
    assumes(authority, role, 'firehose', resource);
  needs(authority, source.RoleARN, sourceActions, source.KinesisStreamARN);
  needs(authority, destination.RoleARN, bucketActions, destination.BucketARN);
};

const checks: Readonly<Record<string, Check>> = {
  'AWS::Lambda::Function': functionCheck,
  'AWS::Lambda::EventSourceMapping': mappingCheck,
  'AWS::StepFunctions::StateMachine': machineCheck,
  'AWS::Glue::Crawler': crawlerCheck,
  'AWS::Scheduler::Schedule': scheduleCheck,
  'AWS::KinesisFirehose::DeliveryStream': deliveryStreamCheck,
};

/** Throws an Error naming the first resource that AWS would refuse to create, the role and what it lacks. */
export const checkRoles = (resources: readonly TemplateResource[], authority: Authority): void => {
  for (const resource of resources) {
    try {
      checks[resource.type]?.(resource, authority, resources);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `${resource.logicalId} (${resource.type}): its role lacks what AWS documents as needed. ${why}`,
        {
          cause,
        },
      );
    }
  }
};
