import type { LocalObjects } from '../../contracts.ts';
import type { Permit } from '../../iam/types.ts';
import { objectArn } from '../../s3/permissions.ts';
import { callOverHttp, callQuery } from '../../template/provision/ports.ts';
import { type Discarded, failureKey, failureRecord } from './failureRecord.ts';

/** Sends a discarded batch where the mapping says: a bucket gets all of it, a queue or topic the numbers. */
export const sendDiscarded = async (
  destination: string,
  batch: Discarded,
  {
    objects,
    endpoint,
    at,
    permit,
  }: { objects: LocalObjects; endpoint: string; at: Date; permit?: Permit | undefined },
): Promise<void> => {
  const service = destination.split(':')[2];
  const name = destination.split(':').at(-1) ?? '';
  if (service === 's3') {
    // What Lambda's guide wants of the function's role for a bucket.
    permit?.({ action: 's3:ListBucket', resource: destination });
    permit?.({
      action: 's3:PutObject',
      resource: objectArn(name, failureKey(batch.uuid, batch.shardId, at)),
    });
    objects.put(name, failureKey(batch.uuid, batch.shardId, at), Buffer.from(failureRecord(batch, at, true)));
  } else if (service === 'sqs') {
    permit?.({ action: 'sqs:SendMessage', resource: destination });
    const queue = `${endpoint}/${destination.split(':')[4]}/${name}`;
    await callOverHttp(endpoint, 'AmazonSQS.SendMessage', 'sqs', {
      QueueUrl: queue,
      MessageBody: failureRecord(batch, at, false),
    });
  } else if (service === 'sns') {
    permit?.({ action: 'sns:Publish', resource: destination });
    const message = { TopicArn: destination, Message: failureRecord(batch, at, false) };
    await callQuery(endpoint, 'sns', { Action: 'Publish', Version: '2010-03-31', ...message });
  } else
    throw new Error(`On-failure destination ${destination}: only buckets, queues and topics are emulated`);
};
