import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type Json, type JsonObject } from '../contracts.ts';
import { readBody } from '../endpoint/body.ts';
import { callerOf } from '../endpoint/caller.ts';
import type { Access } from '../iam/authority.ts';
import { permissionsFor } from '../iam/guard.ts';
import type { FunctionSpec } from './functionSpec.ts';
import type { MappingStatus } from './mappings/progress.ts';
import { lambdaPermissions } from './permissions.ts';
import { functionNameOf, type LambdaRuntime } from './runtime.ts';

/** All paths of Lambda's REST API begin with its version. */
export const LAMBDA_PATH = '/2015-03-31/';

/** Beyond Lambda's own limit, so that the runtime can say so itself. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A failed asynchronous call is repeated twice, after one and two minutes. */
const ASYNC_PAUSES_MS = [60_000, 120_000];

export interface LambdaApiOptions {
  runtime: LambdaRuntime;
  mappings(): MappingStatus[];
  sleep(ms: number): Promise<void>;
  /** What callers may do. Default: everything. */
  access?: Access;
}

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** Lambda's API as far as people and the SDK use it on an emulator that is there: Invoke, and what lists it. */
export const createLambdaApi =
  (options: LambdaApiOptions) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, MAX_BODY_BYTES);
    const answer = await route(options, request, body.toString('utf8')).catch(errorAnswer);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'x-amzn-requestid': randomUUID(),
      'content-length': Buffer.byteLength(answer.body),
      ...answer.headers,
    });
    response.end(answer.body);
  };

const route = async (options: LambdaApiOptions, request: IncomingMessage, body: string): Promise<Answer> => {
  const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').slice(LAMBDA_PATH.length);
  const [collection, name, action] = path.replace(/\/$/, '').split('/');
  const { runtime } = options;
  permitCall(options, request, { collection, name, action });
  if (collection === 'functions' && name && action === 'invocations' && request.method === 'POST') {
    return invoke(
      options,
      name,
      body || '{}',
      String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse'),
    );
  }
  if (request.method === 'GET' && collection === 'functions') {
    if (!name) return json({ Functions: runtime.specs().map(configuration) });
    const found = configuration(runtime.spec(name));
    if (!action) return json({ Configuration: found, Tags: {} });
    if (action === 'configuration') return json(found);
  }
  if (request.method === 'GET' && collection === 'event-source-mappings' && !name) {
    return json({ EventSourceMappings: options.mappings().map(mapping) });
  }
  throw new AwsError(
    'UnknownOperationException',
    `Emulator: Lambda's ${request.method} /${path} is not emulated. See docs/differences.md of headrace-emulator.`,
    404,
  );
};

interface Place {
  collection: string | undefined;
  name: string | undefined;
  action: string | undefined;
}

const permitCall = ({ access }: LambdaApiOptions, request: IncomingMessage, place: Place): void => {
  const permit = access?.permitOf(callerOf(request).accessKeyId);
  const FunctionName = functionNameOf(place.name ?? '');
  permit?.(...permissionsFor(lambdaPermissions, 'lambda', operationOf(place), { FunctionName }));
};

const operationOf = ({ collection, name, action }: Place): string => {
  if (collection === 'event-source-mappings') return 'ListEventSourceMappings';
  if (action === 'invocations') return 'Invoke';
  if (action === 'configuration') return 'GetFunctionConfiguration';
  return name ? 'GetFunction' : 'ListFunctions';
};

const invoke = async (
  options: LambdaApiOptions,
  name: string,
  payload: string,
  type: string,
): Promise<Answer> => {
  const { runtime } = options;
  const spec = runtime.spec(name);
  requireJson(payload);
  if (type === 'DryRun') return { status: 204, body: '' };
  if (type === 'Event') {
    void invokeLater(options, spec.name, payload);
    return { status: 202, body: '' };
  }
  const outcome = await runtime.invoke(name, payload);
  const headers: Record<string, string> = { 'x-amz-executed-version': '$LATEST' };
  if (outcome.functionError) headers['x-amz-function-error'] = outcome.functionError;
  return { status: 200, body: outcome.payload, headers };
};

/** What goes wrong is in the function's log; nobody waits for it. */
const invokeLater = async (
  { runtime, sleep }: LambdaApiOptions,
  name: string,
  payload: string,
): Promise<void> => {
  for (const pause of [...ASYNC_PAUSES_MS, undefined]) {
    const outcome = await runtime.invoke(name, payload).catch(() => ({ functionError: 'Unhandled' }));
    if (!outcome.functionError || pause === undefined) return;
    await sleep(pause);
  }
};

const requireJson = (payload: string): void => {
  try {
    JSON.parse(payload);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no JSON';
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
};

const json = (body: Json): Answer => ({ status: 200, body: JSON.stringify(body) });

const errorAnswer = (error: unknown): Answer => {
  const known = error instanceof AwsError ? error : new AwsError('ServiceException', String(error), 500);
  return {
    status: known.status,
    body: JSON.stringify({ Type: known.status < 500 ? 'User' : 'Service', Message: known.message }),
    headers: { 'x-amzn-errortype': known.code },
  };
};

const configuration = (spec: FunctionSpec): JsonObject => ({
  FunctionName: spec.name,
  FunctionArn: spec.arn,
  Runtime: spec.runtime,
  Role: spec.role,
  Handler: spec.handler,
  MemorySize: spec.memoryMb,
  Timeout: spec.timeoutSeconds,
  Environment: { Variables: { ...spec.environment } },
  PackageType: 'Zip',
  State: 'Active',
  LastUpdateStatus: 'Successful',
  Version: '$LATEST',
});

const mapping = (status: MappingStatus): JsonObject => ({
  UUID: status.uuid,
  EventSourceArn: status.streamArn,
  FunctionArn: status.functionName,
  State: status.enabled ? 'Enabled' : 'Disabled',
});
