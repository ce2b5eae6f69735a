import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { glueDatabase } from '../../glue/permissions.ts';
import { permissionsFor } from '../../iam/guard.ts';
import type { Permit } from '../../iam/types.ts';
import { bucketArn } from '../../s3/permissions.ts';
import { type AthenaAction, type AthenaCore, parse, queryOf } from '../core.ts';
import { parseS3, type S3Place } from '../location.ts';
import { athenaPermissions } from '../permissions.ts';
import type { Statement } from '../session.ts';
import { readStatement } from '../statements.ts';
import type { Execution } from '../store.ts';

const startInput = z.object({
  QueryString: z.string().min(1).max(262144),
  ClientRequestToken: z.string().min(32).max(128).optional(),
  QueryExecutionContext: z
    .object({ Database: z.string().optional(), Catalog: z.string().optional() })
    .default({}),
  ResultConfiguration: z.object({ OutputLocation: z.string().optional() }).loose().default({}),
  WorkGroup: z.string().default('primary'),
  ExecutionParameters: z.array(z.string()).default([]),
});
type StartInput = z.infer<typeof startInput>;

/** Where the result goes: the workgroup's place when it enforces one, else the caller's. */
const outputOf = (input: StartInput, core: AthenaCore): string => {
  const { Configuration: configuration } = core.workGroups.get(input.WorkGroup);
  const own = configuration.ResultConfiguration?.OutputLocation;
  const enforced = configuration.EnforceWorkGroupConfiguration ?? true;
  const output = enforced && own ? own : (input.ResultConfiguration.OutputLocation ?? own);
  if (output) return output.endsWith('/') ? output : `${output}/`;
  throw new AwsError(
    'InvalidRequestException',
    'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
  );
};

const outputPlace = (input: StartInput, core: AthenaCore): S3Place => {
  const output = outputOf(input, core);
  try {
    return parseS3(output);
  } catch {
    throw new AwsError('InvalidRequestException', `outputLocation is not a valid S3 path: ${output}`);
  }
};

const kindOf = (sql: string): Pick<Statement, 'type' | 'kind'> => {
  try {
    return readStatement(sql);
  } catch {
    return { type: 'DML', kind: 'SELECT' }; // it fails when it runs, and says why there
  }
};

/** Where the result is expected until the query has ended and says it itself. */
const suffixOf = (kind: string, type: string): string => {
  if (kind === 'UNLOAD' || kind === 'INSERT') return '';
  return type === 'DML' ? '.csv' : '.txt';
};

/** Some clients quote it. */
const databaseOf = ({ QueryExecutionContext: { Database = 'default' } }: StartInput): string =>
  Database.replace(/^([`"])(.*)\1$/, '$2').toLowerCase();

const queued = (input: StartInput, id: string, output: S3Place, now: number): Execution => {
  const { type, kind } = kindOf(input.QueryString);
  const { Database = 'default', Catalog = 'awsdatacatalog' } = input.QueryExecutionContext;
  const parameters = input.ExecutionParameters;
  const shown: JsonObject = {
    QueryExecutionId: id,
    Query: input.QueryString,
    StatementType: type,
    SubstatementType: kind,
    ResultConfiguration: { OutputLocation: `s3://${output.bucket}/${output.key}${suffixOf(kind, type)}` },
    QueryExecutionContext: { Database, Catalog },
    Status: { State: 'QUEUED', SubmissionDateTime: now / 1000 },
    Statistics: { TotalExecutionTimeInMillis: 0, DataScannedInBytes: 0 },
    WorkGroup: input.WorkGroup,
    EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' },
    ...(parameters.length > 0 ? { ExecutionParameters: parameters } : {}),
  };
  const nothing = { columns: [], tabular: false, updateCount: 0, state: 'QUEUED' };
  const token = input.ClientRequestToken ? { token: input.ClientRequestToken } : {};
  return { id, shown, submitted: now, workGroup: input.WorkGroup, ...nothing, ...token };
};

/**
 * What Athena does for the caller whatever the query says: it looks at the bucket for the result, at the catalog of
 * the context, and at the databases `default` and of the context.
 */
const askForQuery = (input: StartInput, place: S3Place, permit: Permit | undefined): void => {
  if (permit === undefined) return;
  try {
    permit({ action: 's3:GetBucketLocation', resource: bucketArn(place.bucket) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AwsError(
      'InvalidRequestException',
      `Unable to verify/create output bucket ${place.bucket} (${why})`,
    );
  }
  const { Catalog } = input.QueryExecutionContext;
  if (Catalog !== undefined)
    permit(...permissionsFor(metadataPermissions, 'athena', 'GetDataCatalog', { Name: Catalog }));
  for (const database of new Set(['default', databaseOf(input)]))
    permit(...glueDatabase('GetDatabase', database));
};

/** GetDataCatalog has nothing to do with a query's workgroup. */
const metadataPermissions = athenaPermissions(() => undefined);

const startQueryExecution: AthenaAction = (core, raw) => {
  const input = parse(startInput, raw);
  const earlier = input.ClientRequestToken && core.history.byToken(input.ClientRequestToken);
  if (earlier) {
    if (earlier.shown.Query === input.QueryString) return { QueryExecutionId: earlier.id };
    throw new AwsError('InvalidRequestException', 'Idempotent parameters do not match');
  }
  const group = core.workGroups.get(input.WorkGroup);
  if (group.State === 'DISABLED') {
    throw new AwsError('InvalidRequestException', `WorkGroup ${group.Name} is disabled.`);
  }
  const place = outputPlace(input, core);
  askForQuery(input, place, core.permit);
  const id = randomUUID();
  const output = { bucket: place.bucket, key: place.key + id };
  const execution = queued(input, id, output, core.now());
  core.history.add(execution);
  core.runner.start(execution, {
    sql: input.QueryString,
    database: databaseOf(input),
    workGroup: input.WorkGroup,
    parameters: input.ExecutionParameters,
    output,
    catalog: core.catalog,
    objects: core.objects,
    bytesLimit: group.Configuration.BytesScannedCutoffPerQuery,
  });
  return { QueryExecutionId: id };
};

const byId = z.object({ QueryExecutionId: z.string() });

const listQueryExecutions: AthenaAction = (core, raw) => {
  const input = parse(
    z.object({
      WorkGroup: z.string().default('primary'),
      MaxResults: z.int().min(0).max(50).default(50),
      NextToken: z.string().optional(),
    }),
    raw,
  );
  const found = core.history.list(
    input.WorkGroup,
    Number(input.NextToken ?? Number.MAX_SAFE_INTEGER),
    input.MaxResults,
  );
  const last = found.at(-1);
  return {
    QueryExecutionIds: found.map(({ id }) => id),
    ...(last && found.length === input.MaxResults ? { NextToken: String(last.number) } : {}),
  };
};

const batchGetQueryExecution: AthenaAction = (core, raw) => {
  const { QueryExecutionIds } = parse(
    z.object({ QueryExecutionIds: z.array(z.string()).min(1).max(50) }),
    raw,
  );
  const found = QueryExecutionIds.map((id) => ({ id, query: core.history.get(id) }));
  return {
    QueryExecutions: found.flatMap(({ query }) => (query ? [query.shown] : [])),
    UnprocessedQueryExecutionIds: found
      .filter(({ query }) => !query)
      .map(({ id }) => ({
        QueryExecutionId: id,
        ErrorCode: 'INVALID_REQUEST',
        ErrorMessage: `QueryExecution ${id} was not found`,
      })),
  };
};

/** Queries: started, stopped, looked up. */
export const queryActions: Readonly<Record<string, AthenaAction>> = {
  StartQueryExecution: startQueryExecution,
  GetQueryExecution: (core, raw) => ({
    QueryExecution: queryOf(core, parse(byId, raw).QueryExecutionId).shown,
  }),
  StopQueryExecution: async (core, raw) => {
    const { id } = queryOf(core, parse(byId, raw).QueryExecutionId);
    core.runner.stop(id);
    await core.runner.settled(id);
    return {};
  },
  BatchGetQueryExecution: batchGetQueryExecution,
  ListQueryExecutions: listQueryExecutions,
};
