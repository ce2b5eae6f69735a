import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

const dynamodb = new DynamoDBClient({});
const sfn = new SFNClient({});

/** POST /orders: keeps the order, and starts the state machine that sees to it. */
export const handler = async ({ body, requestContext }) => {
  const id = requestContext.requestId;
  const item = { id: { S: id }, status: { S: 'accepted' }, order: { S: body ?? '{}' } };
  await dynamodb.send(new PutItemCommand({ TableName: process.env.ORDERS_TABLE, Item: item }));
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: process.env.STATE_MACHINE,
      input: JSON.stringify({ id }),
    }),
  );
  return { statusCode: 202, body: JSON.stringify({ id, executionArn }) };
};
