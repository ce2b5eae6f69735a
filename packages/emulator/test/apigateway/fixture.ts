import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpApi, httpApis } from '../../src/apigateway/api.ts';
import type { BodyRule } from '../../src/apigateway/event.ts';
import { createFront } from '../../src/apigateway/front.ts';
import { AwsError, type FunctionInvoker, type Timer } from '../../src/contracts.ts';
import type { Storage } from '../../src/storage.ts';
import { parseTemplate } from '../../src/template/read.ts';
import { resolveTemplate } from '../../src/template/resolveTemplate.ts';

export const NOW_MS = Date.parse('2026-11-01T05:06:07.089Z');

/** An API with these routes, all to one function. */
export const apiWith = (
  routeKeys: string[],
  cors?: object,
  timeoutMs = 30_000,
  stage?: object,
): HttpApi[] => {
  const routes = routeKeys.map((RouteKey, index) => [
    `Route${index}`,
    {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        RouteKey,
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
  ]);
  const template = parseTemplate({
    Resources: {
      HttpApi: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { ProtocolType: 'HTTP', ...(cors ? { CorsConfiguration: cors } : {}) },
      },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: { Ref: 'HttpApi' },
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: 'the-function',
          PayloadFormatVersion: '2.0',
          TimeoutInMillis: timeoutMs,
        },
      },
      ...(stage
        ? {
            Stage: {
              Type: 'AWS::ApiGatewayV2::Stage',
              Properties: { ApiId: { Ref: 'HttpApi' }, StageName: '$default', ...stage },
            },
          }
        : {}),
      ...Object.fromEntries(routes),
    },
  });
  return httpApis(resolveTemplate(template, { stack: 'headrace-test', endpoint: 'http://127.0.0.1:1' }));
};

/** The event a function gets, as far as the tests look at it. */
export interface SeenEvent {
  routeKey: string;
  body?: string;
  isBase64Encoded: boolean;
  headers: Record<string, string>;
  cookies?: string[];
  queryStringParameters?: Record<string, string>;
  pathParameters?: Record<string, string>;
  [key: string]: unknown;
}

/** A listening front; `behave` is the function. */
export const frontWith = async (
  apis: HttpApi[],
  behave: (event: SeenEvent) => unknown = () => ({ statusCode: 200 }),
  timer: Timer = { now: () => NOW_MS, sleep: () => new Promise(() => {}) },
  bodies?: BodyRule,
  storage?: Storage,
) => {
  const events: SeenEvent[] = [];
  const invoker: FunctionInvoker = {
    async invoke(_name, payload, { signal } = {}) {
      const event: SeenEvent = JSON.parse(payload);
      events.push(event);
      const { promise, reject } = Promise.withResolvers<never>();
      signal?.addEventListener('abort', () => reject(signal.reason));
      try {
        return { payload: JSON.stringify((await Promise.race([behave(event), promise])) ?? null) };
      } catch (error) {
        if (error instanceof AwsError || signal?.aborted) throw error;
        return { payload: '{"errorType":"Error"}', functionError: 'Unhandled' };
      }
    },
  };
  const front = createFront({ apis, invoker, timer, bodies, storage });
  const server: Server = createServer((request, response) => {
    if (front.takes(request)) void front.handle(request, response);
    else response.writeHead(599).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    events,
    url: `http://127.0.0.1:${port}`,
    port,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
};
