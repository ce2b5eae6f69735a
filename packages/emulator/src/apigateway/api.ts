import { z } from 'zod';
import type { TemplateResource } from '../template/resolveTemplate.ts';

export interface Route {
  /** `POST /v1/events`, `ANY /{proxy+}` or `$default` */
  key: string;
  method: string;
  segments: readonly string[];
  functionName: string;
  timeoutMs: number;
}

export interface Cors {
  origins: readonly string[];
  methods: readonly string[];
  headers: readonly string[];
  exposed: readonly string[];
  maxAgeSeconds: number | undefined;
  credentials: boolean;
}

/** Requests a second, and how many may come at once. */
export interface Throttle {
  rate: number;
  burst: number;
}

/** An HTTP API of the template. */
export interface HttpApi {
  id: string;
  routes: readonly Route[];
  cors: Cors | undefined;
  /** of every route that has none of its own; undefined: not throttled */
  throttle: Throttle | undefined;
  /** by route key */
  routeThrottles: ReadonlyMap<string, Throttle>;
}

/** API Gateway's limit for HTTP APIs. */
const MAX_TIMEOUT_MS = 30_000;

const texts = z.array(z.string()).default([]);

const apiProperties = z.object({
  ProtocolType: z.literal('HTTP', 'only HTTP APIs are emulated'),
  CorsConfiguration: z
    .object({
      AllowOrigins: texts,
      AllowMethods: texts,
      AllowHeaders: texts,
      ExposeHeaders: texts,
      MaxAge: z.coerce.number().optional(),
      AllowCredentials: z.union([z.boolean(), z.stringbool()]).default(false),
    })
    .optional(),
});

const routeProperties = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.literal('NONE', 'authorizers are not emulated').optional(),
});

const integrationProperties = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY', 'only Lambda integrations are emulated'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'only payload format 2.0 is emulated'),
  TimeoutInMillis: z.coerce.number().default(MAX_TIMEOUT_MS),
});

// Both or neither: what API Gateway makes of one alone is not documented.
const routeSettings = z
  .object({
    ThrottlingRateLimit: z.coerce.number().nonnegative().optional(),
    ThrottlingBurstLimit: z.coerce.number().int().nonnegative().optional(),
  })
  .refine((one) => (one.ThrottlingRateLimit === undefined) === (one.ThrottlingBurstLimit === undefined), {
    error: 'ThrottlingRateLimit and ThrottlingBurstLimit must be set together',
  })
  .transform(({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }): Throttle | undefined =>
    rate === undefined || burst === undefined ? undefined : { rate, burst },
  );

const stageProperties = z.object({
  ApiId: z.string(),
  StageName: z.literal('$default', 'only the stage $default is emulated'),
  DefaultRouteSettings: routeSettings.optional(),
  RouteSettings: z.record(z.string(), routeSettings).default({}),
});

/** Throws an Error naming the resource and the property the emulator cannot honour. */
export const httpApis = (resources: readonly TemplateResource[]): HttpApi[] => {
  const ofType = (type: string): TemplateResource[] =>
    resources.filter((each) => each.type === `AWS::ApiGatewayV2::${type}`);
  const stages = ofType('Stage').map((each) => parse(stageProperties, each));
  const integrations = new Map(
    ofType('Integration').map((each) => [each.ref, parse(integrationProperties, each)]),
  );
  const routes = ofType('Route').map((resource) => {
    const { ApiId, RouteKey, Target } = parse(routeProperties, resource);
    const integration = integrations.get(Target.replace('integrations/', ''));
    if (!integration)
      throw new Error(
        `${resource.logicalId} (${resource.type}): its target ${Target} is not an integration of the template`,
      );
    return { api: ApiId, route: route(RouteKey, integration.IntegrationUri, integration.TimeoutInMillis) };
  });
  return ofType('Api').map((resource) => ({
    id: resource.ref,
    cors: cors(parse(apiProperties, resource).CorsConfiguration),
    ...throttles(stages.find(({ ApiId }) => ApiId === resource.ref)),
    routes: routes.filter(({ api }) => api === resource.ref).map((each) => each.route),
  }));
};

const parse = <T>(schema: z.ZodType<T>, resource: TemplateResource): T => {
  const parsed = schema.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  throw new Error(`${resource.logicalId} (${resource.type}): ${z.prettifyError(parsed.error)}`);
};

const throttles = (
  stage: z.infer<typeof stageProperties> | undefined,
): Pick<HttpApi, 'throttle' | 'routeThrottles'> => {
  const own = Object.entries(stage?.RouteSettings ?? {});
  return {
    throttle: stage?.DefaultRouteSettings,
    routeThrottles: new Map(own.flatMap(([key, one]) => (one === undefined ? [] : [[key, one] as const]))),
  };
};

const route = (key: string, functionName: string, timeoutMs: number): Route => {
  const [method = '', path = ''] = key === '$default' ? ['ANY', '/{proxy+}'] : key.split(' ');
  return { key, method, segments: path.split('/').slice(1), functionName, timeoutMs };
};

const cors = (configuration: z.infer<typeof apiProperties>['CorsConfiguration']): Cors | undefined => {
  if (!configuration) return undefined;
  return {
    origins: configuration.AllowOrigins,
    methods: configuration.AllowMethods,
    headers: configuration.AllowHeaders,
    exposed: configuration.ExposeHeaders,
    maxAgeSeconds: configuration.MaxAge,
    credentials: configuration.AllowCredentials,
  };
};
