import type { TemplateResource } from '../resolveTemplate.ts';
import { withoutEffect } from '../withoutEffect.ts';
import { provisionAlarm } from './alarms.ts';
import { provisionCrawler, provisionDatabase, provisionGlueTable } from './catalog.ts';
import { provisionCluster } from './databases.ts';
import { provisionDeliveryStream } from './deliveryStreams.ts';
import { provisionLogGroup } from './logGroups.ts';
import { provisionQueue, provisionSubscription, provisionTopic } from './messaging.ts';
import type { Provisioner, Services } from './ports.ts';
import { provisionSecret } from './secrets.ts';
import { provisionStateMachine } from './stateMachines.ts';
import { provisionStream } from './streams.ts';
import { provisionTable } from './tables.ts';
import { provisionWorkGroup } from './workgroups.ts';

const provisioners: Readonly<Record<string, Provisioner>> = {
  'AWS::S3::Bucket': ({ name }, { objects }) => objects.createBucket(name),
  'AWS::Kinesis::Stream': provisionStream,
  'AWS::KinesisFirehose::DeliveryStream': provisionDeliveryStream,
  'AWS::DynamoDB::Table': provisionTable,
  'AWS::Glue::Database': provisionDatabase,
  'AWS::Glue::Table': provisionGlueTable,
  'AWS::Glue::Crawler': provisionCrawler,
  'AWS::Athena::WorkGroup': provisionWorkGroup,
  'AWS::SNS::Topic': provisionTopic,
  'AWS::SNS::Subscription': provisionSubscription,
  'AWS::SQS::Queue': provisionQueue,
  'AWS::StepFunctions::StateMachine': provisionStateMachine,
  'AWS::CloudWatch::Alarm': provisionAlarm,
  'AWS::Logs::LogGroup': provisionLogGroup,
  'AWS::SecretsManager::Secret': provisionSecret,
  'AWS::RDS::DBCluster': provisionCluster,
};

/** Types that run rather than being created in a service: the emulator starts them itself. */
const started = new Set([
  'AWS::Kinesis::StreamConsumer', // it is nothing but its mapping: see packages/emulator/src/lambda/mappings/mappingSpec.ts
  'AWS::Lambda::Function',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::Events::Rule',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Stage',
]);

/** Policies, which src/iam/ holds the callers to. */
const judged = new Set([
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::S3::BucketPolicy',
]);

/** Throws an Error naming every resource of a type that the emulator neither emulates nor may pass over. */
export const refuseUnknownTypes = (resources: readonly TemplateResource[]): void => {
  const unknown = resources.filter(
    ({ type }) => !(provisioners[type] || started.has(type) || judged.has(type) || withoutEffect[type]),
  );
  if (unknown.length === 0) return;
  const each = unknown.map(({ logicalId, type }) => `${logicalId} (${type})`).join(', ');
  throw new Error(
    `The template declares what the emulator does not emulate: ${each}. See docs/differences.md of headrace-emulator.`,
  );
};

/** Creates what the template declares and is not there yet, in order. What the template no longer declares stays. */
export const provision = async (
  resources: readonly TemplateResource[],
  services: Services,
): Promise<void> => {
  for (const resource of resources) {
    try {
      await provisioners[resource.type]?.(resource, services);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${resource.logicalId} (${resource.type}) could not be set up: ${reason}`, { cause });
    }
  }
};
