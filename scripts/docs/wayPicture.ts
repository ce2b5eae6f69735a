import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Access, accessOf, type Resources, reference, template } from './access.ts';
import { flowchart, idOf, labelOf, quoted, subgraph } from './mermaid.ts';

/**
 * The way of an event as a picture, out of the packaged template: what receives, what calls what, and what each role
 * may read and write. Left out by rule, because a reader of the picture does not ask for them: alarms, roles, log
 * groups, the bucket of query results, and `reports/`, which tells of runs and not of events. Functions of a state
 * machine that touch no folder stand together in one box, and their table gets one edge from the whole machine.
 */

const lambda = z.object({ Role: reference });
const machineRole = z.object({ RoleArn: reference });
const mapping = z.object({
  EventSourceArn: reference,
  FunctionName: reference,
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: reference }) }).optional(),
});
const route = z.object({ RouteKey: z.string() });
const integration = z.object({ ApiId: reference, IntegrationUri: reference });
const schedule = z.object({ ScheduleExpression: z.string(), Target: z.object({ Arn: reference }) });
const crawler = z.object({ Role: reference });

/** Where Lambda puts batches that a function gave up: it decides the folder's name. */
const FAILED_BATCHES = 'aws/lambda/';

const LEFT_OUT = /^ResultsBucket|\/reports\//;

const ofType = <T>(resources: Resources, type: string, schema: z.ZodType<T>): [id: string, T][] =>
  Object.entries(resources).flatMap(([id, one]): [string, T][] =>
    one.Type === type ? [[id, schema.parse(one.Properties)]] : [],
  );

/** `PublishMartLambdaFunction` → `publishMart`. */
const functionName = (id: string): string =>
  id.replace(/LambdaFunction$/, '').replace(/^./, (first) => first.toLowerCase());
const machineName = (id: string): string => id.replace(/StateMachine$/, '').toLowerCase();

/** Functions by the machine that calls them; one that two machines call stands with the one that calls more. */
const calledBy = (resources: Resources): Map<string, string> => {
  const calls = ofType(resources, 'AWS::StepFunctions::StateMachine', machineRole)
    .map(([id, { RoleArn }]) => ({ id, functions: invokedBy(resources, RoleArn) }))
    .sort((a, b) => a.functions.length - b.functions.length);
  return new Map(calls.flatMap(({ id, functions }) => functions.map((each) => [each, id] as const)));
};

const policies = z.object({
  Policies: z.array(
    z.object({
      PolicyDocument: z.object({
        Statement: z.array(z.object({ Action: z.unknown(), Resource: z.unknown() })),
      }),
    }),
  ),
});

/** What the role may start by an action: functions, or other state machines. */
const startedBy = (resources: Resources, role: string, action: string): string[] =>
  policies
    .parse(resources[role]?.Properties)
    .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => [Resource].flat())
    .flatMap((target) => reference.safeParse(target).data ?? []);

const invokedBy = (resources: Resources, role: string): string[] =>
  startedBy(resources, role, 'lambda:InvokeFunction');

const isFolder = (thing: string): boolean => thing.endsWith('/');

const edgesTo = (from: string, access: readonly Access[]): string[] =>
  access.flatMap(({ thing, reads, writes, deletes }) => {
    const to = idOf(thing);
    if (thing.endsWith(`/${FAILED_BATCHES}`)) return [`${from} -.->${labelOf('batches given up')} ${to}`];
    if (reads && writes) return [`${from} <--> ${to}`];
    if (writes) return [`${from} --> ${to}`];
    if (deletes) return [`${from} -.->${labelOf('deletes')} ${to}`];
    return [`${to} --> ${from}`];
  });

const bucketLines = (folders: readonly string[]): string[] => {
  const byBucket = Map.groupBy(folders, (folder) => folder.slice(0, folder.indexOf('/')));
  return [...byBucket].flatMap(([bucket, held]) =>
    subgraph(
      idOf(bucket),
      `S3: ${bucket}`,
      held.map((folder) => `${idOf(folder)}[(${quoted(folder.slice(bucket.length + 1))})]`),
    ),
  );
};

const inFront = (resources: Resources): string[] => {
  const routes = ofType(resources, 'AWS::ApiGatewayV2::Route', route).map(([, { RouteKey }]) => RouteKey);
  const paths = routes.length > 3 ? [...routes.slice(0, 2), `… ${routes.length - 2} more`] : routes;
  return ofType(resources, 'AWS::ApiGatewayV2::Integration', integration).flatMap(
    ([, { ApiId, IntegrationUri }]) => [
      `senders([${quoted('apps, SDKs, files')}]) --> ${idOf(ApiId)}`,
      `${idOf(ApiId)}[${quoted(`API Gateway\n${paths.join('\n')}`)}] --> ${idOf(IntegrationUri)}`,
    ],
  );
};

const streams = (resources: Resources): string[] => [
  ...ofType(resources, 'AWS::Kinesis::Stream', z.unknown()).map(
    ([id]) => `${idOf(id)}[[${quoted(`Kinesis\n${id}`)}]]`,
  ),
  ...ofType(resources, 'AWS::Lambda::EventSourceMapping', mapping).map(
    ([, { EventSourceArn, FunctionName }]) => `${idOf(EventSourceArn)} --> ${idOf(FunctionName)}`,
  ),
];

const tables = (resources: Resources): string[] =>
  ofType(resources, 'AWS::DynamoDB::Table', z.unknown()).map(
    ([id]) => `${idOf(id)}[(${quoted(`DynamoDB\n${id}`)})]`,
  );

/** Those that touch folders or the catalog have a box of their own. */
const stepsOf = (resources: Resources, machine: string, functions: readonly string[]): string[] => {
  const access = (id: string): Access[] =>
    dataAccess(resources, id).filter(({ thing }) => !isTable(resources, thing));
  const quiet = functions.filter((id) => access(id).length === 0).map(functionName);
  const busy = functions.filter((id) => access(id).length > 0);
  return subgraph(idOf(machine), `Step Functions: ${machineName(machine)}`, [
    ...busy.map((id) => `${idOf(id)}[${quoted(functionName(id))}]`),
    ...(quiet.length === 0 ? [] : [`${idOf(`${machine} others`)}[${quoted(quiet.join(', '))}]`]),
  ]);
};

const isTable = (resources: Resources, thing: string): boolean =>
  resources[thing]?.Type === 'AWS::DynamoDB::Table';

const CATALOG = 'Glue';

/** Of a function or crawler: tables of the catalog are one thing here, and what the picture leaves out is gone. */
const roleAccess = (resources: Resources, role: string): Access[] => {
  const all = accessOf(resources, role).filter(({ thing }) => !LEFT_OUT.test(thing));
  const known = all.filter(
    ({ thing }) => isFolder(thing) || isTable(resources, thing) || resources[thing] !== undefined,
  );
  const catalog = all.some(
    ({ thing, writes }) => resources[thing] === undefined && !isFolder(thing) && writes,
  );
  return catalog ? [...known, { thing: CATALOG, reads: false, writes: true, deletes: false }] : known;
};

const dataAccess = (resources: Resources, id: string): Access[] =>
  roleAccess(resources, lambda.parse(resources[id]?.Properties).Role);

const machineLines = (resources: Resources): string[] => {
  const callers = calledBy(resources);
  const machines = ofType(resources, 'AWS::StepFunctions::StateMachine', machineRole);
  return machines.flatMap(([id, { RoleArn }]) => {
    const functions = [...callers].filter(([, machine]) => machine === id).map(([each]) => each);
    const access = functions.flatMap((each) => dataAccess(resources, each));
    const touched = [...new Set(access.map(({ thing }) => thing))].filter((thing) =>
      isTable(resources, thing),
    );
    return [
      ...stepsOf(resources, id, functions),
      ...touched.map((thing) => `${idOf(id)} <--> ${idOf(thing)}`),
      ...functions.flatMap((each) =>
        edgesTo(
          idOf(each),
          dataAccess(resources, each).filter(({ thing }) => !isTable(resources, thing)),
        ),
      ),
      ...startedBy(resources, RoleArn, 'states:StartExecution').map(
        (started) => `${idOf(id)} -->${labelOf('runs')} ${idOf(started)}`,
      ),
    ];
  });
};

const schedules = (resources: Resources): string[] =>
  ofType(resources, 'AWS::Scheduler::Schedule', schedule).map(
    ([id, { ScheduleExpression, Target }]) =>
      `${idOf(id)}([${quoted(ScheduleExpression)}]) --> ${idOf(Target.Arn)}`,
  );

const ATHENA = 'Athena';

/**
 * What a machine's role may do in S3, Athena does: it reads and writes as whoever starts the query. One box, whatever
 * workgroups there are.
 */
const athena = (resources: Resources): string[] => {
  const groups = new Set(ofType(resources, 'AWS::Athena::WorkGroup', z.unknown()).map(([group]) => group));
  if (groups.size === 0) return [];
  const machines = ofType(resources, 'AWS::StepFunctions::StateMachine', machineRole);
  return [
    `${idOf(ATHENA)}[${quoted(ATHENA)}]`,
    `${idOf(CATALOG)}[(${quoted('Glue\ncatalog of tables')})] --> ${idOf(ATHENA)}`,
    `${idOf(ATHENA)} --> readers([${quoted('analysts, BI tools, headrace query')}])`,
    ...machines.flatMap(([id, { RoleArn }]) => {
      const access = roleAccess(resources, RoleArn);
      if (!access.some(({ thing }) => groups.has(thing))) return [];
      const folders = access.filter(({ thing }) => isFolder(thing));
      return [
        `${idOf(id)} -->${labelOf('checks, marts, warnings')} ${idOf(ATHENA)}`,
        ...edgesTo(idOf(ATHENA), folders),
      ];
    }),
  ];
};

const crawlers = (resources: Resources): string[] =>
  ofType(resources, 'AWS::Glue::Crawler', crawler).flatMap(([id, { Role }]) => [
    `${idOf(id)}[${quoted('Glue crawler')}]`,
    ...edgesTo(idOf(id), roleAccess(resources, Role)),
  ]);

const functionLines = (resources: Resources): string[] => {
  const inMachines = calledBy(resources);
  return ofType(resources, 'AWS::Lambda::Function', lambda)
    .filter(([id]) => !inMachines.has(id))
    .flatMap(([id]) => {
      // What a mapping delivers is an edge of its own.
      const access = dataAccess(resources, id).filter(
        ({ thing, writes }) => writes || resources[thing]?.Type !== 'AWS::Kinesis::Stream',
      );
      return [`${idOf(id)}[${quoted(functionName(id))}]`, ...edgesTo(idOf(id), access)];
    });
};

export const wayPicture = (resources: Resources): string => {
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const folders = roles
    .flatMap(([id]) => roleAccess(resources, id))
    .map(({ thing }) => thing)
    .filter(isFolder);
  return flowchart('LR', [
    ...inFront(resources),
    ...functionLines(resources),
    ...streams(resources),
    ...bucketLines([...new Set(folders)]),
    ...tables(resources),
    ...machineLines(resources),
    ...schedules(resources),
    ...crawlers(resources),
    ...athena(resources),
  ]);
};

export const wayPictureOf = (packageDir: string): string => {
  const text = readFileSync(join(packageDir, 'cloudformation-template-update-stack.json'), 'utf8');
  return wayPicture(template.parse(JSON.parse(text)).Resources);
};
