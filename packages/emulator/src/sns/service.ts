import type { HostedService } from '../fauxqs/service.ts';
import { snsPermissions } from './permissions.ts';

/** Topics and their subscriptions, by fauxqs. What is published reaches queues; mail and the like reach nobody. */
export const sns: HostedService = {
  name: 'sns',
  permissions: snsPermissions,
  actions: [
    ...['CreateTopic', 'DeleteTopic', 'ListTopics', 'GetTopicAttributes', 'SetTopicAttributes'],
    ...['TagResource', 'UntagResource', 'ListTagsForResource'],
    ...['Subscribe', 'Unsubscribe', 'ConfirmSubscription', 'ListSubscriptions', 'ListSubscriptionsByTopic'],
    ...['GetSubscriptionAttributes', 'SetSubscriptionAttributes', 'Publish', 'PublishBatch'],
  ],
};
