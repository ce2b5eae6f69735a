import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from '../schema.ts';
import type { Answer, CollectorRequest } from './request.ts';

/** What the collector reads of an HTTP API's event (payload format 2.0). */
const httpApiEvent = z.object({
  routeKey: z.string(),
  rawQueryString: z._default(z.string(), ''),
  pathParameters: z._default(z.record(z.string(), z.string()), {}),
  headers: z._default(z.record(z.string(), z.string()), {}),
  body: z.optional(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
  requestContext: z.object({ requestId: z.string() }),
});

interface HttpApiRequest {
  request: CollectorRequest;
  routeKey: string;
  /** the route key, its variables filled in: `POST /{path+}` → `POST /v1/events`. A slash at its end says nothing */
  path: string;
  requestId: string;
  /** of the body as it came */
  bytes: number;
}

/** API Gateway says how long a body is; counting the bytes of a text costs as much as parsing half of it. */
const bytesOf = (body: string | Uint8Array, contentLength: string | undefined): number =>
  typeof body === 'string' && contentLength !== undefined && /^\d{1,9}$/.test(contentLength)
    ? Number(contentLength)
    : Buffer.byteLength(body);

/** Throws what zod throws: an event of another shape comes from no HTTP API, and is a mistake of the deployment. */
export const requestOf = (event: unknown): HttpApiRequest => {
  const parsed = httpApiEvent.parse(event);
  const { routeKey, rawQueryString, pathParameters, headers, body: given = '', isBase64Encoded } = parsed;
  const lowerCase = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const body = isBase64Encoded ? Buffer.from(given, 'base64') : given;
  return {
    routeKey,
    path: routeKey
      .replaceAll(/\{(\w+)\+?\}/g, (variable, name: string) => pathParameters[name] ?? variable)
      .replace(/\/$/, ''),
    requestId: parsed.requestContext.requestId,
    request: { headers: lowerCase, body, query: new URLSearchParams(rawQueryString) },
    bytes: bytesOf(body, lowerCase.get('content-length')),
  };
};

/** An answer as the HTTP API takes it. */
export const responseOf = ({ status, ...rest }: Answer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  ...rest,
});
