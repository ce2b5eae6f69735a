import type { IncomingMessage, ServerResponse } from 'node:http';
import { ADMIN_PATH } from './apigateway/admin.ts';
import type { BodyRule } from './apigateway/event.ts';
import { cloudwatchPermissions } from './cloudwatch/permissions.ts';
import type { Timer } from './contracts.ts';
import { takeDataFolder } from './dataFolder.ts';
import { isSigned } from './endpoint/caller.ts';
import { startEndpoint } from './endpoint/endpoint.ts';
import { interfereWithAnswer } from './endpoint/interfere.ts';
import type { Endpoint, EndpointOptions, Intercept } from './endpoint/types.ts';
import type { Faults } from './faults/faults.ts';
import { type Access, Authority, type Denied } from './iam/authority.ts';
import { checkRoles } from './iam/creation.ts';
import { guarded } from './iam/guard.ts';
import type { Use } from './iam/uses.ts';
import type { RuntimeOptions } from './lambda/runtime.ts';
import { LAMBDA_PATH } from './lambda/service.ts';
import { type RunningParts, runParts } from './parts.ts';
import { openServices } from './services.ts';
import { isDiskFailure, type Storage, watchStorage } from './storage.ts';
import { type Deployment, deploymentOf } from './template/deployment.ts';
import { refuseUnknownTypes } from './template/provision/provision.ts';
import { readTemplate, type Template, templateText } from './template/read.ts';
import {
  resolveTemplate,
  type TemplateResource,
  templateOutputs,
  templateParameters,
} from './template/resolveTemplate.ts';
import { realTimer } from './timer.ts';

export interface EmulatorOptions {
  /** what `serverless package` wrote: the template and a zip for each function */
  packageDir: string;
  dataDir: string;
  /** 0: any free one */
  port: number;
  /** Whose template it is. Default: what the package says of itself. */
  deployment?: Partial<Deployment>;
  /** empty the data folder first */
  fresh?: boolean;
  /** false: no `emulator.json` in the data folder, so that nobody else's commands come to rely on this emulator */
  announced?: boolean;
  timer?: Timer;
  /** Asked before every AWS call that comes in over HTTP; for tests of what happens when a service fails. */
  intercept?: Intercept;
  /** Asked before every call of a function; for tests of what happens when one dies or runs twice. */
  onInvoke?: RuntimeOptions['onInvoke'];
  /** Makes all of that go wrong by rules and a seed, and the emulator's own calls between its services as well. */
  faults?: Faults;
  /** The clock of state machines: one that hurries shortens their waits. Default: `timer`. */
  statesTimer?: Timer;
  /** Where the uses of permissions are written as they happen, a file an emulator, for `readUses`. Default: nowhere. */
  usageFolder?: string | undefined;
  /** What decides whether a body reaches the HTTP API's function as text. Default: `content-encoding`. */
  bodies?: BodyRule | undefined;
  /** child processes of one function at once */
  maxEnvironments?: number;
}

/** A running stage. */
export interface Emulator extends Omit<RunningParts, 'route'> {
  /** the stage that was packaged */
  stage: string;
  port: number;
  pid: number;
  /** `http://127.0.0.1:<port>`: AWS_ENDPOINT_URL */
  endpoint: string;
  /** Address of the template's HTTP API. Its routes hang at the same port as AWS's services. */
  httpApi: string;
  /** names of the template's resources by logical id: `names.LakeBucket` */
  names: Readonly<Record<string, string>>;
  /** What the roles of the template have used their permissions for so far. */
  permissionsUsed(): Use[];
  /** What they were refused. */
  permissionsDenied(): Denied[];
  /** Lets running functions end for some seconds, then stops everything. No process and no open file is left. */
  close(): Promise<void>;
}

/**
 * Boots the emulator that a packaged template describes. On a data folder that was used before everything is still
 * there. Throws an Error that says what is wrong and what to do; nothing is left running then.
 */
export const startEmulator = async (given: EmulatorOptions): Promise<Emulator> => {
  // What a test asks for by itself comes before the faults of a whole run.
  const options: EmulatorOptions = { ...given.faults, ...given };
  const { packageDir, dataDir, timer = realTimer } = options;
  const template = readTemplate(packageDir);
  const deployment = deploymentOf(packageDir, template, given.deployment);
  const folder = takeDataFolder(dataDir, options.fresh === true, deployment.service);
  const closers: (() => unknown)[] = [() => folder.release()];
  const close = (): Promise<void> => closeAll(closers);
  try {
    const authority = new Authority(given.usageFolder);
    const meddle = options.faults?.meddleWithDatabase;
    const services = await openServices(dataDir, timer, authority, { meddle, say });
    closers.push(() => services.close());
    const storage = watchStorage(dataDir, say);
    // Requests find what has come up so far: both lists grow while the emulator boots.
    const monitoring = guarded(services.cloudwatch, cloudwatchPermissions, authority);
    const json = [
      services.kinesis,
      services.firehose,
      services.glue,
      services.athena,
      services.secrets,
      services.logs,
      monitoring,
    ];
    const front: Front = {};
    const endpoint = await listen(
      { ...options, access: authority, storage },
      { ...services, json, query: [services.rds, services.cloudformation], rest: [services.scheduler] },
      front,
    );
    closers.push(() => endpoint.close());
    const databasePorts = await services.rds.listen(databasesOf(template));
    const names = { stack: deployment.stack, endpoint: endpoint.url, databasePorts };
    const resources = resolveTemplate(template, names);
    refuseUnknownTypes(resources);
    services.cloudformation.deploy({
      ...{ name: deployment.stack, description: template.Description, template: templateText(packageDir) },
      ...{ parameters: templateParameters(template), resources },
      outputs: () => templateOutputs(template, names),
    });
    authority.load(resources);
    checkRoles(resources, authority);
    const about = { stage: deployment.stage, ...placeOf(endpoint), names: namesOf(resources) };
    const parts = await runParts(resources, {
      ...options,
      access: authority,
      deployment,
      timer,
      services,
      storage,
      json,
      endpoint: endpoint.url,
      about,
      closers,
    });
    front.route = parts.route;
    if (options.announced !== false)
      folder.announce({ ...about, startedAt: new Date(timer.now()).toISOString() });
    return {
      ...about,
      ...parts,
      permissionsUsed: () => authority.used(),
      permissionsDenied: () => authority.denied(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Logical ids. */
const databasesOf = ({ Resources }: Template): string[] =>
  Object.keys(Resources).filter((id) => Resources[id]?.Type === 'AWS::RDS::DBCluster');

/** Last to first, each of them whatever the others do: the lock on the data folder must go in any case. */
const closeAll = async (closers: (() => unknown)[]): Promise<void> => {
  const failures: unknown[] = [];
  for (let closer = closers.pop(); closer; closer = closers.pop()) {
    try {
      await closer();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 0) return;
  const failure = new AggregateError(failures, 'The emulator did not close cleanly');
  if (!isDiskFailure(failure)) throw failure;
  say('The disk failed as the emulator closed: what happened last may not be kept.');
};

const say = (sentence: string): void => {
  process.stderr.write(`headrace-emulator: ${sentence}\n`);
};

interface Front {
  route?: RunningParts['route'];
}

const listen = async (
  { port, intercept, faults, access, storage }: EmulatorOptions & { access: Access; storage: Storage },
  services: Pick<EndpointOptions, 'json' | 'query' | 'rest'> & {
    objects: { handle: EndpointOptions['s3'] };
  } & Record<'dynamodb' | 'messaging', { handle: EndpointOptions['dynamodb'] }>,
  front: Front,
): Promise<Endpoint> => {
  const isBooting = (): boolean => front.route === undefined;
  try {
    return await startEndpoint({
      port,
      json: services.json,
      query: services.query ?? [],
      rest: services.rest ?? [],
      s3: services.objects.handle,
      dynamodb: services.dynamodb.handle,
      messaging: services.messaging.handle,
      access,
      gone: storage.gone,
      http(request, response) {
        if (front.route === undefined) return refuseWhileBooting(request, response);
        const handler = front.route(request);
        if (handler && faults && !isOwnPath(request) && suffers(faults, request, response)) return true;
        // A handler answers its own errors; one that cannot has lost its client.
        handler?.(request, response).catch(() => response.destroy());
        return handler !== undefined;
      },
      // Setting up the emulator is nothing that AWS's services fail at.
      ...(intercept
        ? { intercept: async (call) => (isBooting() && faults ? undefined : intercept(call)) }
        : {}),
    });
  } catch (cause) {
    if (!isInUse(cause)) throw cause;
    throw new Error(`Port ${port} is in use. Choose another one with --port, or --port 0 for any free one.`, {
      cause,
    });
  }
};

/** Not 404: a client that was sending when the emulator went away would take that for the end. */
const refuseWhileBooting = (request: IncomingMessage, response: ServerResponse): boolean => {
  if (isSigned(request) || isOwnPath(request)) return false;
  request.resume();
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify({ message: 'Service Unavailable' }));
  return true;
};

/** Whether the request is lost on its way into the HTTP API. */
const suffers = (faults: Faults, request: IncomingMessage, response: ServerResponse): boolean => {
  const fate = faults.interceptHttpApi(request.url ?? '/');
  if (fate === 'drop') request.socket.destroy();
  else if (fate) interfereWithAnswer(request, response, fate);
  return fate === 'drop';
};

/** Lambda's API and the emulator's own paths: those stay reliable. */
const isOwnPath = ({ url = '/' }: IncomingMessage): boolean =>
  url.startsWith(ADMIN_PATH) || url.startsWith(LAMBDA_PATH);

const isInUse = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';

const placeOf = ({ port, url }: Endpoint) => ({ port, pid: process.pid, endpoint: url, httpApi: url });

const namesOf = (resources: readonly TemplateResource[]): Record<string, string> =>
  Object.fromEntries(resources.map(({ logicalId, name }) => [logicalId, name]));
