import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ACCOUNT_ID, REGION } from '../account.ts';
import type { Match } from './match.ts';

/** A request as it came, with its whole body. */
export interface ReceivedRequest {
  method: string;
  /** path and query as on the request line */
  url: string;
  httpVersion: string;
  headers: IncomingHttpHeaders;
  /** every header line, names and values by turns */
  rawHeaders: readonly string[];
  body: Buffer;
  sourceIp: string;
  port: number;
}

/** The event of payload format 2.0 that a Lambda integration gets. */
export const proxyEvent = (
  request: ReceivedRequest,
  { route, pathParameters }: Match,
  apiId: string,
  now: Date,
  rule: BodyRule = 'content-encoding',
) => {
  const [rawPath = '', rawQueryString = ''] = splitOnce(request.url, '?');
  const headers = eventHeaders(request);
  const domainName = `${apiId}.execute-api.${REGION}.amazonaws.com`;
  const cookies = request.headers.cookie?.split('; ').filter((cookie) => cookie !== '');
  const query = queryParameters(rawQueryString);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: decoded(rawPath),
    rawQueryString,
    ...(cookies && cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId,
      domainName,
      domainPrefix: apiId,
      http: {
        method: request.method,
        path: decoded(rawPath),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomBytes(11).toString('base64'),
      routeKey: route.key,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...eventBody(request, rule),
  };
};

/** Headers of one hop are the gateway's own business. */
const ofOneHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'http2-settings',
  'cookie',
]);

const eventHeaders = (request: ReceivedRequest): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? '').toLowerCase();
    const value = request.rawHeaders[i + 1] ?? '';
    if (name.startsWith(':') || ofOneHop.has(name)) continue;
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  const authority = request.headers[':authority'];
  if (headers.host === undefined && typeof authority === 'string') headers.host = authority;
  headers['content-length'] = String(request.body.length);
  const forwarded = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwarded ? `${forwarded}, ${request.sourceIp}` : request.sourceIp;
  headers['x-forwarded-port'] ??= String(request.port);
  headers['x-forwarded-proto'] ??= 'http';
  headers['x-amzn-trace-id'] ??=
    `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return headers;
};

/** What API Gateway hands over as text; everything else travels as base64. */
const isText = (contentType: string | undefined): boolean =>
  /^(text\/.*|application\/(json|xml|javascript))$/.test(
    (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
  );

/**
 * What decides whether a body comes as text. AWS documents neither rule for a body of a text type that is encoded, or
 * that is no UTF-8. `content-encoding`: such bodies are base64, so that every byte arrives. `content-type`: the type
 * alone decides, and bytes that are no UTF-8 are replaced on their way, as a gzipped JSON body would be.
 */
export type BodyRule = 'content-encoding' | 'content-type';

const isPlain = ({ body, headers }: ReceivedRequest, rule: BodyRule): boolean =>
  isText(headers['content-type']) &&
  (rule === 'content-type' || (headers['content-encoding'] === undefined && isUtf8(body)));

const eventBody = (request: ReceivedRequest, rule: BodyRule): { body?: string; isBase64Encoded: boolean } => {
  const { body } = request;
  if (body.length === 0) return { isBase64Encoded: false };
  return isPlain(request, rule)
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
};

const queryParameters = (rawQueryString: string): Record<string, string> | undefined => {
  if (rawQueryString === '') return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
};

/** `21/Apr/2020:15:08:21 +0000` */
const commonLogTime = (at: Date): string => {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
};

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
