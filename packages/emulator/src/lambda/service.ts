import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../contracts.ts';
import { readBody } from '../endpoint/body.ts';
import { callerOf } from '../endpoint/caller.ts';
import { permissionsFor } from '../iam/guard.ts';
import { configuration } from './actions/describe.ts';
import { invoke } from './actions/invoke.ts';
import { listMappings } from './actions/mappings.ts';
import { type Answer, json, type LambdaApiOptions } from './core.ts';
import { lambdaPermissions } from './permissions.ts';
import { functionNameOf } from './runtime.ts';

/** All paths of Lambda's REST API begin with its version. */
export const LAMBDA_PATH = '/2015-03-31/';

/** Beyond Lambda's own limit, so that the runtime can say so itself. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

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
    const { headers } = request;
    return invoke(options, {
      ...{ name, payload: body || '{}' },
      type: String(headers['x-amz-invocation-type'] ?? 'RequestResponse'),
      logType: String(headers['x-amz-log-type'] ?? 'None'),
    });
  }
  if (request.method === 'GET' && collection === 'functions') {
    if (!name) return json({ Functions: runtime.specs().map(configuration) });
    const found = configuration(runtime.spec(name));
    if (!action) return json({ Configuration: found, Tags: {} });
    if (action === 'configuration') return json(found);
  }
  if (request.method === 'GET' && collection === 'event-source-mappings' && !name) {
    return json(listMappings(options, new URL(request.url ?? '', 'http://127.0.0.1').searchParams));
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

const errorAnswer = (error: unknown): Answer => {
  const known = error instanceof AwsError ? error : new AwsError('ServiceException', String(error), 500);
  return {
    status: known.status,
    body: JSON.stringify({ Type: known.status < 500 ? 'User' : 'Service', Message: known.message }),
    headers: { 'x-amzn-errortype': known.code },
  };
};
