import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AthenaClient, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator.ts';
import { accessKeyOf } from '../../src/lambda/variables.ts';
import { scratch } from '../../src/testing/scratch.ts';
import { resources, writePackage } from '../emulator/package.ts';

const { dir, remove } = scratch();
let stage: Emulator;
let land: Clients;
let admin: Clients;

const SESSION = 'arn:aws:sts::000000000000:assumed-role/headrace-local-function/headrace-local-land';

const clientsOf = (endpoint: string, accessKeyId: string) => {
  const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'x' } };
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    dynamodb: new DynamoDBClient(config),
    kinesis: new KinesisClient(config),
    glue: new GlueClient(config),
    athena: new AthenaClient(config),
    sfn: new SFNClient(config),
  };
};
type Clients = ReturnType<typeof clientsOf>;

beforeAll(async () => {
  stage = await startEmulator({
    packageDir: writePackage(join(dir, 'package')),
    dataDir: join(dir, 'data'),
    port: 0,
  });
  land = clientsOf(stage.endpoint, accessKeyOf('headrace-local-land'));
  admin = clientsOf(stage.endpoint, 'headracecli');
});
afterAll(async () => {
  for (const client of [...Object.values(land), ...Object.values(admin)]) client.destroy();
  await stage.close();
  remove();
});

/** Name, status and message of what the client threw. */
const refusal = async (
  call: Promise<unknown>,
): Promise<{ name: string; status: number; message: string }> => {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error && '$metadata' in error)) throw error;
    const { httpStatusCode: status = 0 } = error.$metadata as { httpStatusCode?: number }; // what all SDK errors carry
    return { name: error.name, status, message: error.message };
  }
  throw new Error('The call was not refused.');
};

const Bucket = 'headrace-local-lake-000000000000';
const because = (action: string, resource: string) =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

describe('a role that may not is refused as AWS refuses it', () => {
  test.each<[string, (by: Clients) => Promise<unknown>, string, string]>([
    [
      'DynamoDB',
      ({ dynamodb }) =>
        dynamodb.send(new GetItemCommand({ TableName: 'headrace-local-ledger', Key: { pk: { S: 'a' } } })),
      'dynamodb:GetItem',
      'arn:aws:dynamodb:us-east-1:000000000000:table/headrace-local-ledger',
    ],
    [
      'Kinesis',
      ({ kinesis }) =>
        kinesis.send(
          new PutRecordsCommand({
            StreamName: 'headrace-local-events',
            Records: [{ Data: Buffer.from('a'), PartitionKey: 'a' }],
          }),
        ),
      'kinesis:PutRecords',
      'arn:aws:kinesis:us-east-1:000000000000:stream/headrace-local-events',
    ],
    [
      'Glue',
      ({ glue }) => glue.send(new GetTableCommand({ DatabaseName: 'headrace_local', Name: 'events' })),
      'glue:GetTable',
      'arn:aws:glue:us-east-1:000000000000:catalog',
    ],
    [
      'Athena',
      ({ athena }) =>
        athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup: 'w' })),
      'athena:StartQueryExecution',
      'arn:aws:athena:us-east-1:000000000000:workgroup/w',
    ],
    [
      'Step Functions',
      ({ sfn }) => sfn.send(new ListStateMachinesCommand({})),
      'states:ListStateMachines',
      '*',
    ],
  ])('by %s', async (_service, call, action, resource) => {
    expect(await refusal(call(land))).toEqual({
      name: 'AccessDeniedException',
      status: 400,
      message: because(action, resource),
    });
  });

  test('by S3, in XML and with 403', async () => {
    await admin.s3.send(new PutObjectCommand({ Bucket, Key: 'raw/there', Body: 'x' }));
    expect(await refusal(land.s3.send(new GetObjectCommand({ Bucket, Key: 'raw/there' })))).toEqual({
      name: 'AccessDenied',
      status: 403,
      message: because('s3:GetObject', `"arn:aws:s3:::${Bucket}/raw/there"`),
    });
  });

  test('by S3 without a body, where the request was a HEAD', async () => {
    const { status } = await refusal(land.s3.send(new HeadObjectCommand({ Bucket, Key: 'raw/there' })));
    expect(status).toBe(403);
  });

  test('by S3 key by key, where many are to be deleted', async () => {
    const Delete = { Objects: [{ Key: 'raw/there' }, { Key: 'raw/gone' }] };
    const { Deleted = [], Errors = [] } = await land.s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(Deleted).toEqual([]);
    expect(Errors.map(({ Key, Code }) => [Key, Code])).toEqual([
      ['raw/there', 'AccessDenied'],
      ['raw/gone', 'AccessDenied'],
    ]);
    await admin.s3.send(new GetObjectCommand({ Bucket, Key: 'raw/there' }));
  });

  test('by Lambda with 403', async () => {
    const credential = `Credential=${accessKeyOf('headrace-local-land')}/20260101/us-east-1/lambda/aws4_request`;
    const answer = await fetch(`${stage.endpoint}/2015-03-31/functions/headrace-local-collect/invocations`, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0` },
      body: '{}',
    });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
    const { Message } = (await answer.json()) as { Message: string }; // Lambda's errors have it
    expect(Message).toContain('lambda:InvokeFunction');
  });
});

describe('who is not limited', () => {
  test('an administrator and an unknown key may do everything', async () => {
    const stranger = clientsOf(stage.endpoint, 'AKIAUNKNOWN');
    for (const { s3 } of [admin, stranger]) await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const client of Object.values(stranger)) client.destroy();
  });

  test('a role may do what it is allowed, and that is noted', async () => {
    await land.s3.send(new PutObjectCommand({ Bucket, Key: 'raw/mine', Body: 'x' }));
    const used = stage.permissionsUsed().filter(({ action }) => action === 's3:PutObject');
    expect(used).toEqual([
      {
        role: 'FunctionRole',
        action: 's3:PutObject',
        resource: `arn:aws:s3:::${Bucket}/raw/mine`,
        grants: [
          { statement: 'FunctionRole/all/2', action: 's3:PutObject', resource: `arn:aws:s3:::${Bucket}/*` },
        ],
      },
    ]);
  });
});

describe('what is missing', () => {
  test('is no object to whoever may list the bucket, and forbidden to whoever may not read', async () => {
    const Key = 'raw/not-there';
    expect(await refusal(admin.s3.send(new GetObjectCommand({ Bucket, Key })))).toMatchObject({
      status: 404,
    });
    expect(await refusal(land.s3.send(new GetObjectCommand({ Bucket, Key })))).toMatchObject({ status: 403 });
  });
});

describe('a template that AWS would not deploy', () => {
  const boot = async (change: (all: ReturnType<typeof resources>) => object): Promise<string> => {
    const folder = join(dir, 'broken');
    const packageDir = writePackage(folder, { ...resources(), ...change(resources()) });
    try {
      await (await startEmulator({ packageDir, dataDir: join(dir, 'broken-data'), port: 0 })).close();
      return 'booted';
    } catch (error) {
      return String(error);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  const role = (trusted: string, Statement: object[]) => ({
    FunctionRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'headrace-local-function',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: trusted }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement } }],
      },
    },
  });

  test('does not boot when Lambda may not assume the role of a function', async () => {
    expect(await boot(() => role('states.amazonaws.com', []))).toMatch(
      /CollectLambdaFunction.*does not let lambda\.amazonaws\.com assume it/,
    );
  });

  test('does not boot when the poller may not read the stream', async () => {
    expect(await boot(() => role('lambda.amazonaws.com', []))).toMatch(
      /LandEventSourceMapping\w+ .*not authorized to perform: kinesis:DescribeStream/,
    );
  });

  test('does not boot with a managed policy that nobody here knows', async () => {
    const managed = ({ FunctionRole }: ReturnType<typeof resources>) => {
      const { Properties } = FunctionRole as { Properties: object }; // the fixture's own
      const ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
      return { FunctionRole: { Type: 'AWS::IAM::Role', Properties: { ...Properties, ManagedPolicyArns } } };
    };
    expect(await boot(managed)).toMatch(/does not know arn:aws:iam::aws:policy\/AdministratorAccess/);
  });
});
