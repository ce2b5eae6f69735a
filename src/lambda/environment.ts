import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { GlueCatalog } from '../aws/catalog.ts';
import { KinesisStream, streamConnections } from '../aws/eventStream.ts';
import { invoke } from '../aws/invoking.ts';
import { S3LakeStore } from '../aws/lakeStore.ts';
import { DynamoPendingDays } from '../aws/ledger/days.ts';
import { DynamoHourChecks } from '../aws/ledger/hourChecks.ts';
import { DynamoObservedSchemas } from '../aws/ledger/observedSchemas.ts';
import { DynamoPartitionStates } from '../aws/ledger/partitions.ts';
import { DynamoRetiredFiles } from '../aws/ledger/retired.ts';
import { LedgerTable } from '../aws/ledger/table.ts';
import { PostgresDatabase } from '../aws/postgresDatabase.ts';
import { credentialsOf, loginOf } from '../aws/postgresLogin.ts';
import { StoredSecret } from '../aws/storedSecret.ts';
import { DynamoWriteKeys } from '../aws/writeKeys.ts';
import { DAY_MS } from '../json/instants.ts';
import { once } from '../once.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStream, Secret, WriteKeys } from '../ports/collect.ts';
import type { Database } from '../ports/database.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type {
  HourChecks,
  ObservedSchemas,
  PartitionStates,
  PendingDays,
  RetiredFiles,
} from '../ports/ledger.ts';
import type { Runs } from '../ports/runs.ts';
import { readConfig } from './config.ts';

/**
 * Everything with a client is built here, one function a port, so that a bundle holds only the clients its function
 * asks for (esbuild drops the others only because their making is marked pure). Region, credentials and
 * AWS_ENDPOINT_URL come from the environment, as everywhere with AWS's SDK.
 */

export const clock: Clock = { now: () => new Date() };

/**
 * Warnings of the SDK (all sockets in use, an answer it cannot read) go to the log, and nothing else: not every call.
 * Said here, because the SDK knows its own default by the name of its class, which a minifier changes.
 */
const logger = { debug() {}, info() {}, error() {}, warn: console.warn };

/**
 * A connection that hangs would use up the function's whole time: it is given up and tried again by the SDK. Without
 * the last option a timeout is only a line in the log.
 */
const patience = (requestTimeout: number) => ({
  logger,
  requestHandler: { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true },
});

/** How long before its receipt an event may have happened. */
export const maxEventAgeMs = /* @__PURE__ */ once(
  () => readConfig(['MAX_EVENT_AGE_DAYS']).MAX_EVENT_AGE_DAYS * DAY_MS,
);

export const lakeStore = /* @__PURE__ */ once(
  (): ObjectStore => new S3LakeStore(new S3Client(patience(60_000)), readConfig(['LAKE_BUCKET']).LAKE_BUCKET),
);

const ledgerTable = /* @__PURE__ */ once(
  () => new LedgerTable(new DynamoDBClient(patience(10_000)), readConfig(['LEDGER_TABLE']).LEDGER_TABLE),
);

export const partitionStates = /* @__PURE__ */ once(
  (): PartitionStates => new DynamoPartitionStates(ledgerTable(), clock),
);

/**
 * Its client is loaded when it is first needed: of nearly all builds nobody asks, and each cold start would pay for it.
 */
const etlExecutions = /* @__PURE__ */ once(async (): Promise<Runs> => {
  const [{ SFNClient }, { EtlExecutions }] = await Promise.all([
    import('@aws-sdk/client-sfn'),
    import('../aws/executions.ts'),
  ]);
  return new EtlExecutions(new SFNClient(patience(10_000)), readConfig(['ETL_EXECUTIONS']).ETL_EXECUTIONS);
});

export const runs = /* @__PURE__ */ once(
  (): Runs => ({ hasEnded: async (execution) => (await etlExecutions()).hasEnded(execution) }),
);

export const pendingDays = /* @__PURE__ */ once((): PendingDays => new DynamoPendingDays(ledgerTable()));

export const archiveChecks = /* @__PURE__ */ once(
  (): HourChecks => new DynamoHourChecks(ledgerTable(), 'archive'),
);

export const speedChecks = /* @__PURE__ */ once(
  (): HourChecks => new DynamoHourChecks(ledgerTable(), 'speed'),
);

export const retiredFiles = /* @__PURE__ */ once(
  (): RetiredFiles => new DynamoRetiredFiles(ledgerTable(), clock),
);

export const observedSchemas = /* @__PURE__ */ once(
  (): ObservedSchemas => new DynamoObservedSchemas(ledgerTable()),
);

export const catalog = /* @__PURE__ */ once(
  (): Catalog => new GlueCatalog(new GlueClient(patience(20_000)), readConfig(['DATABASE']).DATABASE),
);

/**
 * One attempt a call: the collector retries by itself, and only the records that failed. A call that hangs is given up,
 * and a connection that was idle for long is not trusted after the environment was frozen. HTTP/1.1, because it costs
 * less than the HTTP/2 that is this client's default (docs/decisions/070).
 */
export const eventStream = /* @__PURE__ */ once(
  (): EventStream =>
    new KinesisStream(
      new KinesisClient({ logger, maxAttempts: 1, requestHandler: new NodeHttpHandler(streamConnections) }),
      readConfig(['STREAM_NAME']).STREAM_NAME,
    ),
);

export const writeKeys = /* @__PURE__ */ once(
  (): WriteKeys =>
    new DynamoWriteKeys(
      // Two quick attempts: a sender waits meanwhile, and is told to come back if they fail.
      new DynamoDBClient({
        logger,
        maxAttempts: 2,
        requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
      }),
      readConfig(['KEYS_TABLE']).KEYS_TABLE,
      clock,
    ),
);

/** The key that personal data is hashed with; undefined where the stage protects none. */
export const personalDataKey = /* @__PURE__ */ once((): Secret | undefined => {
  const id = readConfig(['PERSONAL_DATA_KEY']).PERSONAL_DATA_KEY;
  if (id === undefined) return undefined;
  // As the write keys: a sender waits meanwhile.
  const client = new SecretsManagerClient({
    logger,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
  });
  return new StoredSecret(client, id);
});

const secretsManager = /* @__PURE__ */ once(() => new SecretsManagerClient(patience(10_000)));

/** Fetched anew each time: a login is needed at a connection only, and passwords change. */
const loginSecret = (id: string): Promise<string> =>
  new StoredSecret(secretsManager(), id, 'a login of PostgreSQL').value();

/** A third of what the consumer has (300 s): a statement that hangs leaves time for the next try. */
const STATEMENT_MS = 100_000;

export const postgres = /* @__PURE__ */ once((): Database => {
  const config = readConfig(['POSTGRES_SECRET', 'POSTGRES_HOST', 'POSTGRES_PORT', 'POSTGRES_DATABASE']);
  const { POSTGRES_HOST: host, POSTGRES_PORT: port, POSTGRES_DATABASE: database } = config;
  const login = async () => loginOf(await loginSecret(config.POSTGRES_SECRET), { host, port, database });
  return new PostgresDatabase(login, STATEMENT_MS);
});

/** The roles that upkeep makes; undefined where the database is the user's. */
export const postgresRoles = async () => {
  const { POSTGRES_WRITER_SECRET: writer, POSTGRES_READER_SECRET: reader } = readConfig([
    'POSTGRES_WRITER_SECRET',
    'POSTGRES_READER_SECRET',
  ]);
  if (writer === undefined || reader === undefined) return undefined;
  return {
    writer: credentialsOf(await loginSecret(writer)),
    reader: credentialsOf(await loginSecret(reader)),
  };
};

const lambda = /* @__PURE__ */ once(() => new LambdaClient(patience(120_000)));

/** Has the tables of PostgreSQL made. */
export const callPostgresUpkeep = async (): Promise<void> => {
  await invoke(lambda(), readConfig(['POSTGRES_UPKEEP_FUNCTION']).POSTGRES_UPKEEP_FUNCTION, {
    only: 'prepare',
  });
};
