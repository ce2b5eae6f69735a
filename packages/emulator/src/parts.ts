import type { IncomingMessage } from 'node:http';
import { ACCOUNT_ID, REGION } from './account.ts';
import { ADMIN_PATH, createAdmin } from './apigateway/admin.ts';
import { httpApis } from './apigateway/api.ts';
import type { BodyRule } from './apigateway/event.ts';
import { createFront } from './apigateway/front.ts';
import type { CloudWatch } from './cloudwatch/service.ts';
import { AwsError, type JsonService, type Timer } from './contracts.ts';
import { refusePage } from './endpoint/pages.ts';
import type { HttpHandler } from './endpoint/types.ts';
import type { Faults } from './faults/faults.ts';
import type { DeliveryStatus } from './firehose/deliveries.ts';
import { deliveriesOf } from './firehose/running.ts';
import { arn } from './iam/arns.ts';
import type { Access } from './iam/authority.ts';
import { guarded } from './iam/guard.ts';
import { asyncRetries } from './lambda/eventInvokeConfig.ts';
import type { FunctionStats } from './lambda/functionPool.ts';
import { functionSpec } from './lambda/functionSpec.ts';
import { sendDiscarded } from './lambda/mappings/destinations.ts';
import { type MappingSpec, mappingSpec } from './lambda/mappings/mappingSpec.ts';
import { type Mappings, startMappings } from './lambda/mappings/mappings.ts';
import type { MappingStatus } from './lambda/mappings/progress.ts';
import {
  isQueueMapping,
  type QueueMappingSpec,
  type QueueMappings,
  queueMappingSpec,
  startQueueMappings,
} from './lambda/mappings/queueMappings.ts';
import { meteredRuntime } from './lambda/meteredRuntime.ts';
import { createRuntime, functionNameOf, type LambdaRuntime, type RuntimeOptions } from './lambda/runtime.ts';
import { createLambdaApi, LAMBDA_PATH } from './lambda/service.ts';
import { connectWriters } from './logs/writers.ts';
import type { Database } from './rds/service.ts';
import { type Fired, fire, type Schedule, schedulesOf } from './scheduler/firing.ts';
import type { EmulatorServices } from './services.ts';
import { createIntegrations } from './stepfunctions/integrations.ts';
import { statesPermissions } from './stepfunctions/permissions.ts';
import { createStepFunctions } from './stepfunctions/service.ts';
import { isDiskFailure, type Storage } from './storage.ts';
import type { Deployment } from './template/deployment.ts';
import { callOverHttp, callQuery } from './template/provision/ports.ts';
import { provision } from './template/provision/provision.ts';
import type { TemplateResource } from './template/resolveTemplate.ts';

interface PartsOptions extends Pick<RuntimeOptions, 'onInvoke' | 'maxEnvironments'> {
  deployment: Deployment;
  packageDir: string;
  dataDir: string;
  endpoint: string;
  timer: Timer;
  statesTimer?: Timer;
  faults?: Faults;
  /** decides what roles may do */
  access: Access;
  services: EmulatorServices;
  storage: Storage;
  /** the endpoint's awsJson services: Step Functions joins them */
  json: JsonService[];
  /** what decides whether a body reaches the function as text */
  bodies?: BodyRule | undefined;
  /** what health answers */
  about: object;
  /** called last to first when the emulator closes, or when its boot fails */
  closers: (() => unknown)[];
}

export interface RunningParts {
  /** Who answers a request that is no AWS call of the services. */
  route(request: IncomingMessage): ((...of: Parameters<HttpHandler>) => Promise<void>) | undefined;
  /** Runs a function, by name or by its key in serverless.yml, with an event. */
  invoke(name: string, event: unknown): Promise<{ value: unknown; functionError?: 'Unhandled' }>;
  /** Does what a schedule does at its time. Throws AwsError when there is none of that name. */
  fireSchedule(name: string): Promise<Fired[]>;
  mappings(): MappingStatus[];
  /** Resolves when no stream holds anything that an event source mapping has not passed. */
  mappingsIdle(signal?: AbortSignal, functionName?: string): Promise<void>;
  deliveries(): DeliveryStatus[];
  /** Resolves when the delivery streams of Firehose have delivered all that is in their sources. */
  deliveriesIdle(signal?: AbortSignal): Promise<void>;
  /** The databases of RDS, which can be taken away and brought back. */
  databases(): Database[];
  functionStats(): Record<string, FunctionStats>;
  /** of the HTTP APIs, as the template says them: `POST /orders` */
  routes: readonly string[];
  /** The alarms' states, and how to have them evaluated as of a moment instead of at the end of the minute. */
  alarms: Pick<CloudWatch, 'alarms' | 'evaluate'>;
}

/** Sets up what the template declares and starts what runs: functions, state machines, mappings, the HTTP API. */
export const runParts = async (
  resources: readonly TemplateResource[],
  options: PartsOptions,
): Promise<RunningParts> => {
  const { services, timer, endpoint, closers } = options;
  const ofType = (type: string): TemplateResource[] => resources.filter((each) => each.type === type);
  const sources = ofType('AWS::Lambda::EventSourceMapping');
  const mappingSpecs = sources.filter((each) => !isQueueMapping(each)).map(mappingSpec);
  const queueSpecs = sources.filter(isQueueMapping).map(queueMappingSpec);
  const schedules = schedulesOf(resources);
  services.scheduler.deploy(resources);
  const apis = httpApis(resources);
  const functions = ofType('AWS::Lambda::Function').map((each) => functionSpec(each, options.packageDir));
  const { measure, readLogLine } = services.cloudwatch;
  const runtime = meteredRuntime(
    createRuntime(functions, { ...options, onLine: readLogLine }),
    measure,
    timer.now,
  );
  // All at once: pollers and executions wait for functions, and those end (or are killed) with the runtime.
  const stop: (() => Promise<void>)[] = [() => runtime.close()];
  closers.push(() => Promise.all(stop.map((each) => each())));
  const states = guarded(stepFunctions(runtime, options), statesPermissions, options.access);
  stop.push(() => states.close());
  options.json.push(states);
  await provision(resources, { ...services, states, endpoint });
  const mappings = together(
    mappingsOf(mappingSpecs, runtime, options),
    queuesOf(queueSpecs, runtime, options),
  );
  stop.push(() => mappings.stop());
  connectWriters(functions, services);
  services.firehose.keep(ofType('AWS::KinesisFirehose::DeliveryStream').map(({ name }) => name));
  const deliveries = deliveriesOf({ ...options, onError: complainOf('delivery stream') });
  stop.push(() => deliveries.stop());
  services.cloudwatch.watch((TopicArn, Subject, Message) =>
    callQuery(endpoint, 'sns', { Action: 'Publish', Version: '2010-03-31', TopicArn, Subject, Message }),
  );
  const fireSchedule = (name: string): Promise<Fired[]> =>
    fire(
      scheduleNamed(schedules, name),
      { states, invoker: runtime, mayInvoke: mayInvoke(options.access) },
      new Date(timer.now()),
    );
  const about = (): object => options.about;
  return {
    route: router(
      createAdmin({ about, mappings, deliveries, stats: runtime.stats, schedules, fire: fireSchedule }),
      createLambdaApi({
        ...{ runtime, mappings: mappings.describe, access: options.access },
        sleep: (ms) => timer.sleep(ms),
        retries: asyncRetries(ofType('AWS::Lambda::EventInvokeConfig')),
      }),
      createFront({
        ...{ apis, invoker: runtime, timer, measure },
        ...{ bodies: options.bodies, storage: options.storage },
      }),
    ),
    invoke: (name, event) => invoke(runtime, options.deployment, name, event),
    fireSchedule,
    mappings: mappings.status,
    mappingsIdle: mappings.idle,
    deliveries: deliveries.status,
    deliveriesIdle: deliveries.idle,
    databases: services.rds.databases,
    functionStats: runtime.stats,
    routes: apis.flatMap((api) => api.routes.map((route) => route.key)),
    alarms: services.cloudwatch,
  };
};

const mappingsOf = (
  specs: readonly MappingSpec[],
  runtime: LambdaRuntime,
  { services, timer, endpoint, access }: PartsOptions,
): Mappings =>
  startMappings(specs, {
    ...services,
    invoker: runtime,
    timer,
    measure: services.cloudwatch.measure,
    functionOf: runtime.spec,
    discard: (destination, batch) =>
      sendDiscarded(destination, batch, {
        ...{ objects: services.objects, endpoint, at: new Date(timer.now()) },
        permit: access.permitOf(runtime.spec(batch.functionArn).role),
      }),
    onError: complain,
  });

const queuesOf = (
  specs: readonly QueueMappingSpec[],
  runtime: LambdaRuntime,
  { timer, endpoint }: PartsOptions,
): QueueMappings =>
  startQueueMappings(specs, {
    ...{ invoker: runtime, timer, functionOf: runtime.spec },
    sqs: (action, input) => callOverHttp(endpoint, `AmazonSQS.${action}`, 'sqs', input),
    urlOf: (queueArn) => `${endpoint}/${queueArn.split(':').slice(-2).join('/')}`,
    onError: complain,
  });

/** A full disk is told once, by whoever watches it, and not with every try. */
const complainOf =
  (what: string) =>
  (error: unknown): void => {
    if (isDiskFailure(error)) return;
    process.stderr.write(`headrace-emulator: ${what}: ${error}\n`);
  };

const complain = complainOf('event source mapping');

/** Mappings of streams and of queues, as one. A function that streams feed may itself feed a queue, hence the order. */
const together = (streams: Mappings, queues: QueueMappings): Mappings => ({
  status: () => [...streams.status(), ...queues.status()],
  describe: () => [...streams.describe(), ...queues.describe()],
  async idle(signal, functionName) {
    await streams.idle(signal, functionName);
    await queues.idle(signal, functionName);
  },
  async stop() {
    await Promise.all([streams.stop(), queues.stop()]);
  },
});

/** Throws AwsError where a role may not call a function. */
const mayInvoke =
  (access: Access) =>
  (roleArn: string, name: string): void =>
    access.permitOf(roleArn)?.({
      action: 'lambda:InvokeFunction',
      resource: arn('lambda', `function:${functionNameOf(name)}`),
    });

const stepFunctions = (
  runtime: LambdaRuntime,
  { services, json, faults, access, ...options }: PartsOptions,
) =>
  createStepFunctions({
    store: services.db,
    timer: options.statesTimer ?? options.timer,
    measure: services.cloudwatch.measure,
    account: ACCOUNT_ID,
    region: REGION,
    tasks: createIntegrations({
      functions: runtime,
      service(name) {
        const found = json.find((each) => each.name === name);
        return found && faults ? faults.inProcess(found) : found;
      },
      mayInvoke: mayInvoke(access),
      timer: options.timer,
    }),
  });

type Answering = ReturnType<typeof createAdmin>;

const router =
  (admin: Answering, lambda: Answering, api: ReturnType<typeof createFront>): RunningParts['route'] =>
  (request) => {
    if (request.url?.startsWith(ADMIN_PATH)) return forPrograms(admin);
    if (request.url?.startsWith(LAMBDA_PATH)) return forPrograms(lambda);
    return api.takes(request) ? api.handle : undefined;
  };

const forPrograms =
  (handle: Answering): Answering =>
  async (request, response) => {
    if (!refusePage(request, response)) await handle(request, response);
  };

const invoke = async (
  runtime: LambdaRuntime,
  { service, stage }: Deployment,
  name: string,
  event: unknown,
) => {
  const isKey = !runtime.specs().some((spec) => spec.name === name);
  const { payload, functionError } = await runtime.invoke(
    isKey ? `${service}-${stage}-${name}` : name,
    JSON.stringify(event),
  );
  const value: unknown = JSON.parse(payload);
  return functionError ? { value, functionError } : { value };
};

const scheduleNamed = (schedules: readonly Schedule[], name: string): Schedule => {
  const found = schedules.find((each) => each.name === name);
  if (found) return found;
  const known = schedules.map((each) => each.name).join(', ') || 'none';
  throw new AwsError(
    'ResourceNotFoundException',
    `The emulator has no schedule ${name}. It has: ${known}.`,
    404,
  );
};
