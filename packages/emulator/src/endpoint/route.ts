import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, type JsonObject } from '../contracts.ts';
import { dynamodbPermissions } from '../dynamodb/permissions.ts';
import { permissionsFor } from '../iam/guard.ts';
import { sendJson } from './answers.ts';
import { readBody } from './body.ts';
import { type Caller, callerOf } from './caller.ts';
import { hangUp, interfereWithAnswer, withBody } from './interfere.ts';
import { callMessaging, hostedServices } from './messaging.ts';
import { refuseForeignHost, refusePage } from './pages.ts';
import { callQueryService } from './query.ts';
import { callRestService } from './rest.ts';
import type { EndpointOptions, Interference } from './types.ts';

/** PutRecords may carry 10 MiB, which are 13.4 MiB as base64; nothing else is larger. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** Beyond a part of an upload as our own writers make them. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** Sends a request to the service it is for. What it throws becomes the answer. */
export const routeRequest = async (
  options: EndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (refuseForeignHost(request, response)) return;
  const caller = callerOf(request);
  if (caller.targetPrefix === undefined && options.http?.(request, response) === true) return;
  if (refusePage(request, response)) return;
  if (/^\/_emulator(\/|\?|$)/.test(request.url ?? '')) {
    request.resume();
    sendJson(response, 404, { message: 'Not Found' }, { 'content-type': 'application/json' });
    return;
  }
  const gone = options.gone?.();
  if (gone !== undefined) throw new AwsError('ServiceUnavailable', gone, 503);
  const interference = (await options.intercept?.(caller)) ?? {};
  if (interference === 'drop') return hangUp(request);
  try {
    const given = await interfered(request, response, interference);
    await dispatch(options, caller, given, response, interference);
  } finally {
    interference.done?.();
  }
};

const interfered = async (
  request: IncomingMessage,
  response: ServerResponse,
  { answer, beforeMs = 0 }: Interference,
): Promise<IncomingMessage> => {
  if (answer !== undefined && answer !== 'gone') interfereWithAnswer(request, response, answer);
  if (beforeMs === 0 && answer !== 'gone') return request;
  const given = await later(request, beforeMs, answer === 'gone');
  if (answer === 'gone') interfereWithAnswer(request, response, 'cut');
  return given;
};

/** The request, so much later: with its body, which could not be read any more when the caller has gone meanwhile. */
const later = async (request: IncomingMessage, ms: number, gone: boolean): Promise<IncomingMessage> => {
  const body = await readBody(request, MAX_HELD_BYTES);
  if (gone) hangUp(request);
  await sleep(ms);
  return withBody(request, body);
};

const dispatch = async (
  options: EndpointOptions,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
  interference: Interference,
): Promise<void> => {
  if (caller.targetPrefix === 'DynamoDB_20120810')
    return callDynamoDb(options, caller, request, response, interference.inspect);
  if (caller.targetPrefix === 'AmazonSQS') return callMessaging(options, caller, request, response);
  if (caller.targetPrefix !== undefined)
    return callJson(options, caller, request, response, interference.around);
  if (caller.protocol === 'query' && hostedServices.has(caller.service))
    return callMessaging(options, caller, request, response);
  const query = options.query?.find(({ name }) => caller.protocol === 'query' && name === caller.service);
  if (query) return callQueryService(query, options.access, caller, request, response);
  const rest = options.rest?.find(({ name }) => name === caller.service);
  if (rest) return callRestService(rest, options.access, caller, request, response);
  if (caller.protocol === 's3')
    return options.s3(request, response, options.access?.permitOf(caller.accessKeyId));
  throw new AwsError('UnknownOperationException', notEmulated(options, caller.service), 404);
};

/** Its body is read here only when somebody has to see it. */
const callDynamoDb = async (
  options: EndpointOptions,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
  inspect: Interference['inspect'],
): Promise<void> => {
  const permit = options.access?.permitOf(caller.accessKeyId);
  if (inspect === undefined && permit === undefined) return options.dynamodb(request, response);
  const body = await readBody(request, MAX_JSON_BYTES);
  permit?.(...permissionsFor(dynamodbPermissions, 'dynamodb', caller.operation, parseBody(body, 'dynamodb')));
  const refusal = inspect?.(body.toString('utf8'));
  if (refusal) throw refusal;
  return options.dynamodb(withBody(request, body), response);
};

const notEmulated = (options: EndpointOptions, service: string): string => {
  const names = [
    ...options.json.map((known) => known.name),
    'dynamodb',
    's3',
    ...hostedServices.keys(),
    ...(options.query ?? []).map((known) => known.name),
    ...(options.rest ?? []).map((known) => known.name),
  ].sort();
  return `Emulator: ${service} is not emulated. Emulated here: ${names.join(', ')}. See docs/differences.md of headrace-emulator.`;
};

const callJson = async (
  options: EndpointOptions,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
  around: Interference['around'] = (input, call) => call(input),
): Promise<void> => {
  const service = options.json.find((known) => known.targetPrefix === caller.targetPrefix);
  if (service === undefined) {
    throw new AwsError(
      'UnknownOperationException',
      notEmulated(options, caller.targetPrefix ?? caller.service),
    );
  }
  const input = parseBody(await readBody(request, MAX_JSON_BYTES), service.name);
  const { accessKeyId } = caller;
  const output = await around(input, (given) => service.call(caller.operation, given, { accessKeyId }));
  sendJson(response, 200, output, { 'content-type': `application/x-amz-json-${service.jsonVersion}` });
};

const parseBody = (body: Buffer, service: string): JsonObject => {
  if (body.length === 0) return {};
  if (body[0] !== OPENING_BRACE) {
    throw new AwsError('SerializationException', `the body of a ${service} call must be a JSON object`);
  }
  try {
    // JSON.parse of text that begins with { gives an object of JSON values, or throws.
    return JSON.parse(body.toString('utf8')) as JsonObject;
  } catch (error) {
    throw new AwsError('SerializationException', error instanceof Error ? error.message : 'invalid JSON');
  }
};

const OPENING_BRACE = 0x7b;
