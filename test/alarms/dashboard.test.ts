import '../helpers/someWindow.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { resourcesOf } from './support/dependencies.ts';

const options = z.looseObject({ expression: z.string().optional() });
const widget = z.object({
  type: z.enum(['text', 'metric']),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  properties: z.looseObject({
    title: z.string().optional(),
    region: z.string().optional(),
    metrics: z.array(z.array(z.union([z.string(), options]))).optional(),
    annotations: z
      .object({ horizontal: z.array(z.object({ label: z.string(), value: z.number() })) })
      .optional(),
  }),
});
const board = z.object({ start: z.string(), widgets: z.array(widget) });

type Widget = z.infer<typeof widget>;

/** CloudWatch's grid. */
const COLUMNS = 24;

/** What AWS's services publish, by namespace: the dimension, and the names in their documentation. */
const published: Record<string, [dimension: string, names: string[]][]> = {
  'AWS/ApiGateway': [['ApiId', ['4xx', '5xx', 'Count', 'IntegrationLatency', 'Latency', 'DataProcessed']]],
  'AWS/Kinesis': [['StreamName', ['IncomingBytes', 'IncomingRecords', 'WriteProvisionedThroughputExceeded']]],
  'AWS/Lambda': [
    ['FunctionName', ['Invocations', 'Errors', 'Throttles', 'Duration', 'IteratorAge']],
    [
      'EventSourceMappingUUID',
      [
        'PolledEventCount',
        'InvokedEventCount',
        'FailedInvokeEventCount',
        'DroppedEventCount',
        'OnFailureDestinationDeliveredEventCount',
      ],
    ],
  ],
  'AWS/States': [
    [
      'StateMachineArn',
      [
        'ExecutionTime',
        'ExecutionThrottled',
        'ExecutionsAborted',
        'ExecutionsFailed',
        'ExecutionsStarted',
        'ExecutionsSucceeded',
        'ExecutionsTimedOut',
      ],
    ],
  ],
  'AWS/Athena': [
    ['WorkGroup', ['ProcessedBytes', 'EngineExecutionTime', 'QueryQueueTime', 'TotalExecutionTime']],
  ],
};

/** `['PartitionsBuilt', …`: what the function report publishes stands in a module of its own. */
const ofRuns = ['runMetrics.ts', 'archiveCheck.ts', 'speedCheck.ts'].flatMap((name) =>
  [...readFileSync(join('src/etl', name), 'utf8').matchAll(/\['([A-Z]\w+)', /g)].map(
    ([, metric = '']) => metric,
  ),
);

/** `collect: [EventsAccepted, …]`, out of the functions' own text. */
const emitted = new Map(
  readdirSync('functions')
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const text = readFileSync(join('functions', name), 'utf8');
      const direct = [...text.matchAll(/addMetric\(\s*'(\w+)'/g)].map(([, metric = '']) => metric);
      const listed = [...text.matchAll(/^ {2}\w+: '([A-Z]\w+)',$/gm)].map(([, metric = '']) => metric);
      const chosen = [...text.matchAll(/\? '([A-Z]\w+)' : '([A-Z]\w+)'/g)].flatMap(([, a = '', b = '']) => [
        a,
        b,
      ]);
      const returned = [...text.matchAll(/(?:return |: )'([A-Z]\w+)';/g)].map(([, metric = '']) => metric);
      return [
        name.replace('.ts', ''),
        [...direct, ...listed, ...chosen, ...returned, ...(name === 'report.ts' ? ofRuns : [])],
      ];
    }),
);

let widgets: Widget[];
/** namespace, name, dimension, its value */
let metrics: [string, string, string, string][];
let known: Map<string, string[]>;

beforeAll(async () => {
  const resources = await resourcesOf('prod');
  const dashboard = resources.find(({ type }) => type === 'AWS::CloudWatch::Dashboard');
  widgets = board.parse(JSON.parse(String(dashboard?.properties.DashboardBody))).widgets;
  const text = z.string();
  metrics = widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .filter(([first]) => typeof first === 'string')
    .map(([namespace, name, dimension, value]) => [
      text.parse(namespace),
      text.parse(name),
      text.parse(dimension),
      text.parse(value),
    ]);
  known = new Map(
    Object.entries(Object.groupBy(resources, ({ type }) => type)).map(([type, all]) => [
      type,
      (all ?? []).map(({ ref }) => ref),
    ]),
  );
});

describe('the dashboard', () => {
  test('fits into 24 columns, and no widget covers another', () => {
    const cells = widgets.flatMap(({ x, y, width, height }, i) =>
      Array.from({ length: width * height }, (_, cell) => ({
        i,
        at: `${x + (cell % width)},${y + Math.floor(cell / width)}`,
        column: x + (cell % width),
      })),
    );
    expect(cells.filter(({ column }) => column < 0 || column >= COLUMNS)).toEqual([]);
    expect(new Set(cells.map(({ at }) => at)).size).toBe(cells.length);
  });

  test('shows every stage of the way in every row of graphs', () => {
    const rows = Object.groupBy(widgets, ({ y }) => String(y));
    for (const row of Object.values(rows)) expect(row?.map(({ x }) => x)).toEqual([0, 6, 12, 18]);
    expect(Object.keys(rows)).toHaveLength(6);
  });

  test('asks for metrics that AWS publishes, of resources that the template has', () => {
    const types: Record<string, string> = {
      ApiId: 'AWS::ApiGatewayV2::Api',
      StreamName: 'AWS::Kinesis::Stream',
      FunctionName: 'AWS::Lambda::Function',
      EventSourceMappingUUID: 'AWS::Lambda::EventSourceMapping',
      StateMachineArn: 'AWS::StepFunctions::StateMachine',
      WorkGroup: 'AWS::Athena::WorkGroup',
    };
    const foreign = metrics.filter(([namespace]) => namespace.startsWith('AWS/'));
    expect(foreign.length).toBeGreaterThan(15);
    for (const [namespace, name, dimension, value] of foreign) {
      const names = published[namespace]?.find(([each]) => each === dimension)?.[1];
      expect([namespace, name, names?.includes(name)]).toEqual([namespace, name, true]);
      expect([value, known.get(types[dimension] ?? '')?.includes(value)]).toEqual([value, true]);
    }
  });

  test("asks for metrics of our own that the named function emits, in the stage's namespace", () => {
    const own = metrics.filter(([namespace]) => !namespace.startsWith('AWS/'));
    expect(own.length).toBeGreaterThan(15);
    for (const [namespace, name, dimension, value] of own) {
      expect([namespace, dimension]).toEqual(['Headrace/prod', 'service']);
      expect([value, name, emitted.get(value)?.includes(name)]).toEqual([value, name, true]);
    }
  });

  test('marks in its graphs where alarms ring, with their thresholds', () => {
    const marks = widgets.flatMap(({ properties }) => properties.annotations?.horizontal ?? []);
    expect(marks).toEqual([
      { label: 'land-behind', value: 900_000 },
      { label: 'not-fresh', value: 7_200 },
      { label: 'quarantine-rate', value: 5 },
    ]);
  });

  test('says in every graph what it shows, and of which region', () => {
    const graphs = widgets.filter(({ type }) => type === 'metric');
    for (const { properties } of graphs) {
      expect(properties.title).toMatch(/^[A-Z]/);
      expect(properties.region).toBe('us-east-1');
    }
  });
});

test('every metric that a function emits can be seen on the dashboard or rings an alarm', async () => {
  const template = JSON.stringify(await resourcesOf('prod'));
  const unseen = [...emitted].flatMap(([, names]) => names.filter((name) => !template.includes(name)));
  expect(unseen.filter((name) => name !== 'LandingFailures')).toEqual([]); // LandFailing watches the mapping instead
});
