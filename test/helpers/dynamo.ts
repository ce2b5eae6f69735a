import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

export interface LocalDynamo {
  client: DynamoDBClient;
  endpoint: string;
  /** A fresh ledger table, as resources/data/ledger.yml declares it but with indexes of keys only; its name. */
  createLedgerTable(): Promise<string>;
  stop(): Promise<void>;
}

const index = (name: string) => ({
  IndexName: name,
  KeySchema: [
    { AttributeName: name, KeyType: 'HASH' as const },
    { AttributeName: 'pk', KeyType: 'RANGE' as const },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
});

const ledgerTable = (name: string) =>
  new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'pending', 'retired'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [index('pending'), index('retired')],
  });

const isActive = async (client: DynamoDBClient, TableName: string | undefined): Promise<boolean> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  return Table?.TableStatus === 'ACTIVE';
};

/** dynalite answers before a new table is active, and until then takes nothing for it. */
export const createTable = async (client: DynamoDBClient, command: CreateTableCommand): Promise<void> => {
  await client.send(command);
  while (!(await isActive(client, command.input.TableName)));
};

/** A DynamoDB in this process on a free port, and the real client for it. */
export const startDynamo = async (): Promise<LocalDynamo> => {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // address() of a server that listens on TCP is never a string or null.
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let tables = 0;
  return {
    client,
    endpoint,
    async createLedgerTable() {
      tables += 1;
      const name = `ledger-${tables}`;
      await createTable(client, ledgerTable(name));
      return name;
    },
    async stop() {
      client.destroy();
      // Its answer, not the event of the same name: the database closes after the last connection.
      await promisify(server.close.bind(server))();
    },
  };
};
