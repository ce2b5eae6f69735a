import '../helpers/someWindow.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { z } from 'zod';
import { packaged } from '../helpers/packaged.ts';
import { packagedOnce } from '../helpers/packagedOnce.ts';

const keys = [
  'build',
  'collect',
  'land',
  'plan',
  'planBackfill',
  'publish',
  'publishMart',
  'reconcile',
  'reconcileAll',
  'recordFailure',
  'report',
  'reportBackfill',
  'sweep',
  'tally',
  'windows',
];

const lambda = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Timeout: z.number(),
  MemorySize: z.number(),
  Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  TracingConfig: z.object({ Mode: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

const title = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);
const unzipped = (folder: string, key: string) => unzipSync(readFileSync(join(folder, `${key}.zip`)));

const prod = packagedOnce('prod');
let functions: Map<string, z.infer<typeof lambda>>;

beforeAll(async () => {
  functions = new Map(
    prod.ofType('AWS::Lambda::Function').map(([, properties]) => {
      const one = lambda.parse(properties);
      return [one.FunctionName.replace('headrace-prod-', ''), one];
    }),
  );
});

const theFunction = (key: string) => lambda.parse({ ...functions.get(key) });

describe('the functions of the template', () => {
  test('are those of functions/, each with its name', () => {
    expect([...functions.keys()].sort()).toEqual(keys);
  });

  test.each(keys)('%s runs on arm64 and Node 24, with memory and a timeout chosen for it', (key) => {
    const { Runtime, Architectures, Timeout, MemorySize, Handler } = theFunction(key);
    expect({ Runtime, Architectures, Handler }).toEqual({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: `functions/${key}.handler`,
    });
    // osls's own defaults are 6 s and 1024 MB: a file that says neither was not thought about.
    const said = readFileSync(`functions/${key}.yml`, 'utf8');
    expect(said).toMatch(/^ *timeout: \d+/m);
    expect(said).toMatch(/^ *memorySize: \d+/m);
    expect(Timeout).toBeLessThanOrEqual(900);
    expect(MemorySize).toBeGreaterThanOrEqual(256);
  });

  test.each(keys)('%s has a role of its own, which Lambda alone may take', (key) => {
    expect(theFunction(key).Role['Fn::GetAtt'][0]).toBe(`${title(key)}Role`);
    expect(prod.resources[`${title(key)}Role`]?.Properties).toMatchObject({
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'lambda.amazonaws.com' } }] },
    });
  });

  test.each(keys)('%s has a log group that forgets', (key) => {
    expect(prod.resources[`${title(key)}LogGroup`]?.Properties).toEqual(
      expect.objectContaining({ LogGroupName: `/aws/lambda/headrace-prod-${key}`, RetentionInDays: 90 }),
    );
  });

  test('that has an HTTP route answers before API Gateway gives up at 30 s', () => {
    expect(theFunction('collect').Timeout).toBeLessThan(30);
  });
});

describe('the environment of a function', () => {
  /** Set for all by serverless.yml; the rest are Powertools' and Lambda's own. */
  const shared = ['POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE'];

  test.each(keys)('of %s holds what its bundle reads through config.ts, and nothing else', (key) => {
    const bundle = Buffer.from(unzipped(prod.folder, key)[`functions/${key}.mjs`] ?? []).toString();
    // readConfig(["LAKE_BUCKET","DATABASE"]), whatever the minifier calls it: what was shaken off is not there.
    const read = [...bundle.matchAll(/\(\[((?:"[A-Z][A-Z_]+",?)+)\]\)/g)]
      .flatMap((call) => (call[1] ?? '').split(',').map((name) => name.replaceAll('"', '')))
      .filter((name) => !name.startsWith('AWS_'));
    const set = Object.keys(theFunction(key).Environment.Variables).filter((name) => !shared.includes(name));
    expect(set.sort()).toEqual([...new Set([...read, 'POWERTOOLS_SERVICE_NAME'])].sort());
  });

  test.each(keys)('of %s names it, so that its logs and metrics do', (key) => {
    expect(theFunction(key).Environment.Variables.POWERTOOLS_SERVICE_NAME).toBe(key);
  });
});

describe('the zips', () => {
  const MEGABYTE = 1_000_000;
  const bytes = (files: Record<string, Uint8Array>) =>
    Object.values(files).reduce((sum, file) => sum + file.length, 0);

  test('of build carries the DuckDB that runs on arm64, and stays under 250 MB unzipped', () => {
    const files = unzipped(prod.folder, 'build');
    const native = 'node_modules/@duckdb/node-bindings-linux-arm64';
    expect(bytes(files)).toBeLessThan(250 * MEGABYTE);
    expect(files[`${native}/libduckdb.so`]?.length).toBeGreaterThan(30 * MEGABYTE);
    // The ELF header's machine: 183 is AArch64.
    const header = Buffer.from(files[`${native}/duckdb.node`] ?? []);
    expect([header.toString('latin1', 1, 4), header.readUInt16LE(18)]).toEqual(['ELF', 183]);
  });

  test.each(keys)(
    'of %s holds its bundle, what that loads later, a map of each, and no source text',
    (key) => {
      const files = unzipped(prod.folder, key);
      const own = Object.keys(files).filter((name) => !name.startsWith('node_modules/@duckdb/'));
      const code = own.filter((name) => name.endsWith('.mjs'));
      expect(code).toContain(`functions/${key}.mjs`);
      expect(code.filter((name) => !name.startsWith(`functions/${key}.`))).toEqual([]);
      expect(own.sort()).toEqual(code.flatMap((name) => [name, `${name}.map`]).sort());
      for (const name of code)
        expect(Buffer.from(files[`${name}.map`] ?? []).includes('"sourcesContent"')).toBe(false);
    },
  );

  test.each(keys)('of %s holds every file that its code imports, now or later', (key) => {
    const files = unzipped(prod.folder, key);
    const code = Object.keys(files).filter((name) => name.endsWith('.mjs'));
    const imported = code.flatMap((name) =>
      [
        ...Buffer.from(files[name] ?? [])
          .toString()
          .matchAll(/(?:from|import)\s*\(?"\.\/([^"]+\.mjs)"/g),
      ].map((found) => `functions/${found[1]}`),
    );
    expect(imported.length).toBeGreaterThan(10);
    expect(imported.filter((name) => !code.includes(name))).toEqual([]);
  });

  test('of all but the collector bring the X-Ray SDK in a file that is loaded later', () => {
    const holdsXray = (key: string) =>
      Object.entries(unzipped(prod.folder, key))
        .filter(
          ([name, text]) => name.endsWith('.mjs') && Buffer.from(text).includes('AWS_XRAY_DAEMON_ADDRESS'),
        )
        .map(([name]) => name.replace(/-[A-Z0-9]{8}\.mjs$/, ''));
    expect(holdsXray('collect')).toEqual([]);
    expect(holdsXray('land')).toEqual(['functions/land.tracing']);
  });

  test('of all functions but build hold less than 1.5 MB of code, so that they start at once', () => {
    const sizes = keys
      .filter((key) => key !== 'build')
      .map((key) => [key, unzipped(prod.folder, key)[`functions/${key}.mjs`]?.length ?? 0] as const);
    expect(sizes.filter(([, size]) => size === 0 || size > 1.5 * MEGABYTE)).toEqual([]);
  });

  test('of the emulator leave DuckDB to the node_modules of this machine', async () => {
    const local = await packaged('local');
    const files = Object.keys(unzipped(local.folder, 'build'));
    expect(files).toContain('functions/build.mjs');
    expect(files.filter((name) => !name.startsWith('functions/build.'))).toEqual([]);
  });
});
