import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const folders = ['src', 'functions', 'client', 'cli', 'packages', 'test', 'bench', 'scripts', 'resources'];

const present = new Set(readdirSync('.'));
const sources = folders
  .filter((folder) => present.has(folder))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((path) => /\.(ts|js|mjs)$/.test(path) && !path.includes('node_modules'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const inRoom = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

const importsOf = ({ path, text }: { path: string; text: string }): string[] =>
  [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|\bimport\(?\s*'([^']+)'/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name));

/** What the top of src/ offers to every room of it. */
const common = ['src/errors.ts', 'src/once.ts', 'src/atMost.ts', 'src/readAhead.ts', 'src/schema.ts'];

/** Every room of src/ that lies below the way of an event. */
const ground = [...common, 'src/events', 'src/json', 'src/lake', 'src/ports'];

/** Which rooms a room may import of the project. The first that matches a file is its own. */
const mayImport: Record<string, readonly string[]> = {
  'src/json': [...common, 'src/json'],
  'src/events': [...common, 'src/events', 'src/json', 'src/lake'],
  'src/lake': [...common, 'src/lake', 'src/json'],
  'src/tables': [...common, 'src/tables', 'src/events', 'src/json', 'src/lake'],
  'src/collect': [...ground, 'src/collect'],
  'src/landing': [...ground, 'src/landing', 'src/sinks'],
  'src/sinks': [...ground, 'src/sinks'],
  'src/build': [
    ...ground,
    'src/build',
    'src/tables',
    'src/landing',
    'src/etl',
    'src/recovery',
    'src/collect',
  ],
  'src/recovery': [...ground, 'src/recovery', 'src/build', 'src/etl', 'src/backfill'],
  'src/etl': [...ground, 'src/etl', 'src/build', 'src/recovery', 'src/backfill', 'queries'],
  'src/backfill': [...ground, 'src/backfill', 'src/etl', 'resources/prices'],
  'src/aws': [...ground, 'src/aws'],
  'src/ports': ['src/ports', 'src/lake', 'src/events'],
  'src/errors.ts': [],
  'src/schema.ts': ['src/once.ts'],
  'src/readAhead.ts': ['src/atMost.ts'],
  'src/lambda': [...common, 'src/lambda', 'src/aws', 'src/ports'],
  src: ['src/once.ts', 'src/schema.ts'],
  functions: ['src'],
  resources: ['resources', 'src/tables', 'src/events', 'src/lake'],
  packages: ['packages'],
  client: ['client', 'src'],
  cli: ['cli', 'client', 'src'],
  scripts: ['scripts', 'client', 'cli', 'src'],
};

const roomOf = (path: string): string | undefined =>
  Object.keys(mayImport).find((room) => inRoom(path, room));

const whereFound = (pattern: RegExp, rooms: readonly string[]): string[] =>
  sources
    .filter(({ path }) => rooms.some((room) => inRoom(path, room)))
    .filter(({ text }) => pattern.test(withoutComments(text)))
    .map(({ path }) => path)
    .sort();

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');

describe('the rooms of the house', () => {
  const files = sources.filter(({ path }) => roomOf(path) !== undefined);

  test.each(Object.keys(mayImport))('%s imports only what lies below it', (room) => {
    const allowed = mayImport[room] ?? [];
    const offences = files
      .filter(({ path }) => roomOf(path) === room)
      .flatMap((file) => importsOf(file).map((target) => `${file.path} imports ${target}`))
      .filter((line) => folders.concat('queries').some((folder) => line.includes(` imports ${folder}/`)))
      .filter((line) => !allowed.some((one) => inRoom(line.split(' imports ')[1] ?? '', one)));
    expect(offences).toEqual([]);
  });

  test('nothing but a test or a benchmark imports a test or a benchmark', () => {
    const offences = files.flatMap((file) =>
      importsOf(file).filter((target) => /^(test|bench)\//.test(target)),
    );
    expect(offences).toEqual([]);
  });

  test('nothing reaches past the entry points of a package, nor does one package into another', () => {
    const packageOf = (path: string): string | undefined => /^packages\/\w+(?=\/)/.exec(path)?.[0];
    const offences = sources.flatMap((file) =>
      importsOf(file)
        .filter(
          (target) => /^packages\/\w+\/src\//.test(target) && packageOf(target) !== packageOf(file.path),
        )
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(offences).toEqual([]);
  });

  test('the import lines are found at all', () => {
    const one = {
      path: 'functions/x.ts',
      text: "import { a,\n b } from '../src/a.ts';\nimport type { C } from 'zod';",
    };
    expect(importsOf(one)).toEqual(['src/a.ts', 'zod']);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(100);
  });
});

describe('what stands in one place only', () => {
  test('the environment is read in src/lambda/config.ts and nowhere else in src/ and functions/', () => {
    expect(whereFound(/process\.env/, ['src', 'functions'])).toEqual(['src/lambda/config.ts']);
  });

  test('clients of AWS are made in src/lambda/environment.ts and nowhere else in src/ and functions/', () => {
    expect(whereFound(/new \w+Client\(/, ['src', 'functions'])).toEqual(['src/lambda/environment.ts']);
  });

  test('keys of the lake are spelled in src/lake/layout.ts and nowhere else in src/, functions/, client/, cli/ and bench/', () => {
    const folder = 'raw|quarantine|events|marts|reports|rejected|aws-lambda-replayed|quarantine-replayed';
    // A text that is such a folder or goes on below it; a folder of a day, an hour, a build or a run; a count of rows.
    const spelled = new RegExp(
      [
        String.raw`(?:['"\`/](?:${folder})|['"\`]aws/lambda)/(?:['"\`$]|dt=|builds/)`,
        String.raw`(?:dt|hr|build|run)=\$\{[^}]*\}/`,
        String.raw`-n\$\{[^}]*\}\.(?:ndjson|parquet)`,
      ].join('|'),
    );
    expect(whereFound(spelled, ['src', 'functions', 'client', 'cli', 'bench'])).toEqual([
      'src/lake/layout.ts',
    ]);
  });

  test('in src/ and functions/ only src/build/engine/ imports DuckDB, so that only the bundle of build carries it', () => {
    const users = whereFound(/'@duckdb\//, ['src', 'functions']);
    expect(users.filter((path) => !inRoom(path, 'src/build/engine'))).toEqual([]);
  });

  test('in src/ and functions/ zod comes from src/schema.ts, so that a bundle carries only what it uses of it', () => {
    expect(whereFound(/'zod\b/, ['src', 'functions'])).toEqual(['src/schema.ts']);
  });

  test('nothing but tests skips the type checker or the linter without a word why', () => {
    const bare = sources.filter(({ text }) =>
      /@ts-(ignore|nocheck)|biome-ignore [\w/]+\s*(\n|:\s*\n)/.test(text),
    );
    expect(bare.map(({ path }) => path).filter((path) => path !== 'test/architecture.test.ts')).toEqual([]);
  });
});

describe('the shape of a file', () => {
  /** Tools that load these ask for a default export. */
  const toolFiles = [
    'test/helpers/plainReporter.js',
    'test/helpers/sqlText.js',
    'resources/data/catalog.js',
    'resources/monitoring/dashboard.js',
    'resources/data/encryption.js',
  ];

  test('no file has a default export, so that a thing has one name everywhere', () => {
    const found = whereFound(/^export default/m, folders).filter((path) => !toolFiles.includes(path));
    expect(found).toEqual([]);
  });

  test('no folder has a barrel', () => {
    expect(sources.map(({ path }) => path).filter((path) => /\/index\.(ts|js)$/.test(path))).toEqual([]);
  });

  test('a source file has at most 300 lines, a handler at most 60, a test at most 400', () => {
    const ceiling = (path: string) =>
      inRoom(path, 'test') || /^packages\/\w+\/test\//.test(path)
        ? 400
        : inRoom(path, 'functions')
          ? 60
          : 300;
    const long = sources.filter(({ path, text }) => text.split('\n').length - 1 > ceiling(path));
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test('every function of functions/ has its .yml, and every .yml its function', () => {
    const names = readdirSync('functions').sort();
    const keys = [...new Set(names.map((name) => name.replace(/\.(ts|yml)$/, '')))];
    expect(names).toEqual(keys.flatMap((key) => [`${key}.ts`, `${key}.yml`]).sort());
  });
});
