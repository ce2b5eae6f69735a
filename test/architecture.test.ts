import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const folders = [
  'src',
  'compiler',
  'functions',
  'client',
  'console',
  'kits',
  'cli',
  'packages',
  'test',
  'bench',
  'scripts',
  'resources',
];

const present = new Set(readdirSync('.'));
const sources = folders
  .filter((folder) => present.has(folder))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((path) => /\.(tsx?|js|mjs)$/.test(path) && !path.includes('node_modules'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const inRoom = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

const importsOf = ({ path, text }: { path: string; text: string }): string[] =>
  [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|\bimport\(?\s*'([^']+)'/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name));

const ofSource = (room: string): string => `src/${room}`;

/**
 * What each room imports of the project besides itself: only rooms above it in this list, and nothing it has no use for.
 * So imports point one way. The first row that matches a file is its own, and a row of a folder within another before that.
 */
const mayImport: Record<string, readonly string[]> = {
  packages: [],
  'src/sqlText.ts': [],
  // What the top of src/ offers to every room.
  'src/errors.ts': [],
  'src/once.ts': [],
  'src/atMost.ts': [],
  'src/schema.ts': ['src/once.ts'],
  'src/readAhead.ts': ['src/atMost.ts'],
  // What an event, a key and a table are.
  'src/json': [],
  'src/lake': ['src/json'],
  'src/events': ['src/once.ts', 'src/schema.ts', 'src/json'],
  // What the user's files mean; in src/ it is known as #project.
  compiler: ['src/sqlText.ts', 'src/events'],
  'src/tables': ['src/events', 'src/json', 'src/lake'],
  'src/ports': ['src/lake'],
  // The way of an event.
  'src/collect': ['errors.ts', 'once.ts', 'schema.ts', 'json', 'events', 'ports'].map(ofSource),
  'src/sinks': [
    ...['errors.ts', 'once.ts', 'atMost.ts', 'schema.ts', 'json', 'lake', 'events', 'tables', 'ports'].map(
      ofSource,
    ),
  ],
  'src/landing': ['src/lake', 'src/ports', 'src/sinks'],
  'src/build': [
    ...['errors.ts', 'once.ts', 'atMost.ts', 'schema.ts', 'readAhead.ts'].map(ofSource),
    ...['json', 'lake', 'events', 'tables', 'ports'].map(ofSource),
  ],
  'src/recovery': ['errors.ts', 'atMost.ts', 'json', 'lake', 'ports', 'build', 'sinks/postgres'].map(
    ofSource,
  ),
  'src/etl': [
    ...['errors.ts', 'once.ts', 'atMost.ts', 'schema.ts', 'sqlText.ts', 'json', 'lake', 'ports'].map(
      ofSource,
    ),
    ...['build', 'tables'].map(ofSource),
  ],
  // What the SQL of queries/ comes to, and what of the template follows from it.
  'compiler/sql': ['compiler', ...['sqlText.ts', 'events', 'tables', 'etl'].map(ofSource)],
  resources: ['compiler', 'compiler/sql', ...['sqlText.ts', 'events', 'lake', 'tables'].map(ofSource)],
  'src/backfill': [
    ...['errors.ts', 'once.ts', 'atMost.ts', 'schema.ts', 'lake', 'ports', 'etl'].map(ofSource),
    'resources/prices',
  ],
  // What runs it on AWS.
  'src/aws': [...['errors.ts', 'once.ts', 'atMost.ts', 'schema.ts', 'json', 'lake', 'ports'].map(ofSource)],
  'src/lambda': ['errors.ts', 'once.ts', 'schema.ts', 'json', 'ports', 'aws'].map(ofSource),
  functions: ['src'],
  // What people use of it.
  client: ['src', 'compiler', 'resources/prices'],
  // The page: it runs in a browser, and talks to cli/console only.
  console: ['client/format.ts'],
  // What other programs show of it. What is said of tables and charts is above each program's way of saying it.
  kits: ['compiler/sql', ...['events', 'tables'].map(ofSource)],
  'kits/notebook': ['kits'],
  'kits/sisense': ['kits'],
  'kits/superset': ['kits'],
  'kits/tableau': ['kits'],
  'kits/zeppelin': ['kits'],
  cli: ['client', 'console/contract.ts', 'kits', 'src', 'compiler'],
  scripts: ['src', 'client', 'kits', 'cli', 'compiler'],
};

const roomOf = (path: string): string | undefined =>
  Object.keys(mayImport)
    .sort((a, b) => b.length - a.length)
    .find((room) => inRoom(path, room));

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

  const rooms = Object.keys(mayImport);
  const importedBy = (room: string): string[] =>
    files
      .filter(({ path }) => roomOf(path) === room)
      .flatMap((file) => importsOf(file))
      .filter((target) => folders.some((folder) => inRoom(target, folder)));

  test.each(rooms)('%s imports only what it may', (room) => {
    const allowed = [room, ...(mayImport[room] ?? [])];
    const offences = importedBy(room).filter((target) => !allowed.some((one) => inRoom(target, one)));
    expect(offences).toEqual([]);
  });

  test.each(rooms)('%s may import only what stands above it and what it has a use for', (room) => {
    const above = rooms.slice(0, rooms.indexOf(room));
    const targets = importedBy(room);
    const offences = (mayImport[room] ?? []).filter(
      (one) =>
        !above.some((other) => inRoom(one, other) || inRoom(other, one)) ||
        !targets.some((target) => inRoom(target, one)),
    );
    expect(offences).toEqual([]);
  });

  test('every file of src/ is in one of the rooms', () => {
    const outside = sources.filter(({ path }) => inRoom(path, 'src') && roomOf(path) === undefined);
    expect(outside.map(({ path }) => path)).toEqual([]);
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

  test("what the user's files say is read in one place for each kind of them", () => {
    const readers = sources.filter((file) => importsOf(file).includes('#project'));
    expect(readers.map(({ path }) => path).sort()).toEqual([
      'scripts/bundledProject.ts',
      'src/etl/queries.ts',
      'src/events/columnCatalog.ts',
      'src/events/registry.ts',
      'src/events/windows/registry.ts',
    ]);
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
    const folder =
      'raw|quarantine|events|marts|reports|rejected|aws-lambda-replayed|quarantine-replayed|imports';
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

  test('what a file exports, another file names: nothing is kept that nobody uses', () => {
    const users = new Map<string, number>();
    for (const { text } of sources)
      for (const word of new Set(text.match(/[A-Za-z_$][\w$]*/g)))
        users.set(word, (users.get(word) ?? 0) + 1);
    const exported =
      /^export (?:async )?(?:const|let|function\*?|class|abstract class|interface|type) ([\w$]+)/gm;
    const declared = sources
      .filter(({ path }) =>
        /^(src|client|console|kits|cli|functions|scripts|packages\/\w+\/src)\//.test(path),
      )
      .flatMap(({ path, text }) =>
        [...text.matchAll(exported)].map((match) => [path, match[1] ?? ''] as const),
      )
      // AWS calls a handler by its name, which stands in the function's .yml.
      .filter(([path, name]) => !(inRoom(path, 'functions') && name === 'handler'));
    expect(declared.length).toBeGreaterThan(500);
    const unused = declared.filter(([, name]) => users.get(name) === 1);
    expect(unused.map(([path, name]) => `${path} exports ${name}`)).toEqual([]);
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
    'resources/data/catalog.js',
    'resources/monitoring/dashboard.js',
    'resources/access/boundary.js',
    'resources/timeZone.js',
    'resources/params.js',
    'resources/data/encryption.js',
    'resources/data/stream.js',
    'resources/windows.js',
  ];

  test('no file has a default export, so that a thing has one name everywhere', () => {
    const found = whereFound(/^export default/m, folders).filter((path) => !toolFiles.includes(path));
    expect(found).toEqual([]);
  });

  test('no folder has a barrel', () => {
    expect(sources.map(({ path }) => path).filter((path) => /\/index\.(tsx?|js)$/.test(path))).toEqual([]);
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

  test('every room of test/ has the name of what it tests', () => {
    // What a room of its own tests, though it is not a folder: the whole house, rules of any room, inputs that once came out
    // wrong, the packaged template.
    const across = [
      'endToEnd',
      'properties',
      'cases',
      'template',
      'alarms',
      'iam',
      'docs',
      'helpers',
      'fixtures',
    ];
    const named = (name: string) => [name, `src/${name}`, `src/${name.replace('.test.ts', '.ts')}`];
    const nameless = ['architecture.test.ts', 'words.test.ts', ...across];
    const strange = readdirSync('test')
      .filter((name) => !nameless.includes(name))
      .filter((name) => !named(name).some((path) => existsSync(path)));
    expect(strange).toEqual([]);
  });

  test('every function of functions/ has its .yml, and every .yml its function', () => {
    const names = readdirSync('functions').sort();
    const keys = [...new Set(names.map((name) => name.replace(/\.(ts|yml)$/, '')))];
    expect(names).toEqual(keys.flatMap((key) => [`${key}.ts`, `${key}.yml`]).sort());
  });
});
