import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Answer, DoorRequest } from './request.ts';

/** What the door reads of an HTTP API's event (payload format 2.0). */
const httpApiEvent = z.object({
  routeKey: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ requestId: z.string() }),
});

/** Throws what zod throws: an event of another shape comes from no HTTP API, and is a mistake of the deployment. */
export const requestOf = (event: unknown): { request: DoorRequest; routeKey: string; requestId: string } => {
  const { routeKey, headers, body, isBase64Encoded, requestContext } = httpApiEvent.parse(event);
  return {
    routeKey,
    requestId: requestContext.requestId,
    request: {
      headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    },
  };
};

/** An answer as the HTTP API takes it. */
export const responseOf = ({ status, ...rest }: Answer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  ...rest,
});
