import type { Json } from '../../contracts.ts';
import { callOverHttp, callQuery, objectOf, type Provisioner, type Services } from './ports.ts';

/** Queue attributes that the local SQS takes. */
const attributes = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'DelaySeconds',
  'MaximumMessageSize',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'FifoQueue',
  'ContentBasedDeduplication',
];

export const provisionQueue: Provisioner = async ({ name, properties }, { endpoint }) => {
  const given = Object.entries(properties).filter(([key]) => attributes.includes(key));
  const Attributes = Object.fromEntries(
    given.map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
  await callOverHttp(endpoint, 'AmazonSQS.CreateQueue', 'sqs', { QueueName: name, Attributes });
};

export const provisionTopic: Provisioner = async ({ name, ref, properties }, services) => {
  await callQuery(services.endpoint, 'sns', { Action: 'CreateTopic', Version: '2010-03-31', Name: name });
  const subscriptions = Array.isArray(properties.Subscription) ? properties.Subscription : [];
  for (const subscription of subscriptions.map(objectOf))
    await subscribe(ref, subscription.Protocol, subscription.Endpoint, services);
};

export const provisionSubscription: Provisioner = ({ properties }, services) =>
  subscribe(properties.TopicArn, properties.Protocol, properties.Endpoint, services);

/** Mail and the like reach nobody from here. */
const subscribe = async (
  topic: Json | undefined,
  protocol: Json | undefined,
  to: Json | undefined,
  services: Services,
): Promise<void> => {
  if (protocol !== 'sqs') return;
  await callQuery(services.endpoint, 'sns', {
    Action: 'Subscribe',
    Version: '2010-03-31',
    TopicArn: String(topic),
    Protocol: 'sqs',
    Endpoint: String(to),
  });
};
