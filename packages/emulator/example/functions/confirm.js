import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});

const confirm = async ({ body }) =>
  dynamodb.send(
    new UpdateItemCommand({
      TableName: process.env.ORDERS_TABLE,
      Key: { id: { S: JSON.parse(body).id } },
      UpdateExpression: 'SET #status = :confirmed',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':confirmed': { S: 'confirmed' } },
    }),
  );

/** The queue's consumer: writes back that the order was confirmed. What fails is delivered again, alone. */
export const handler = async ({ Records }) => {
  const outcomes = await Promise.allSettled(Records.map(confirm));
  const failed = Records.filter((_record, index) => outcomes[index].status === 'rejected');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};
