import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CliError, messageOf, nextStepAfter } from '../client/failure.ts';
import type { Command, Invocation } from './command.ts';
import { createScreen } from './screen.ts';
import { splitCommand } from './splitCommand.ts';

interface Listed {
  name: string;
  summary: string;
  /** Loaded only when it is asked for: `demo` and `up` bring the whole emulator with them. */
  load(): Promise<Command>;
}

const commands: readonly Listed[] = [
  {
    name: 'demo',
    summary: 'the main job on a fresh emulator, with its balance',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  {
    name: 'up',
    summary: 'run everything on this machine, until Ctrl-C',
    load: async () => (await import('./commands/up.ts')).up,
  },
  {
    name: 'init',
    summary: 'make a project of your own: event types and queries in a folder beside Headrace',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'send',
    summary: 'send a file of JSON lines (or standard input) to the collector',
    load: async () => (await import('./commands/send.ts')).send,
  },
  {
    name: 'import',
    summary: 'bring history into the lake: files, folders, s3://; take it back',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  {
    name: 'etl',
    summary: 'build what has changed, check it, write the marts',
    load: async () => (await import('./commands/etl.ts')).etl,
  },
  {
    name: 'backfill',
    summary: 'build a range of any length: its plan and cost first',
    load: async () => (await import('./commands/backfill.ts')).backfill,
  },
  {
    name: 'query',
    summary: 'ask the tables a question in SQL',
    load: async () => (await import('./commands/query.ts')).query,
  },
  {
    name: 'live',
    summary: 'the counts of the last minutes, as they come, until Ctrl-C',
    load: async () => (await import('./commands/live.ts')).live,
  },
  {
    name: 'console',
    summary: 'a page that shows the stage: overview, live, runs, SQL, quarantine',
    load: async () => (await import('./commands/console.ts')).consoleCommand,
  },
  {
    name: 'marts',
    summary: 'the marts of the project: list them, try one on a day, write it again',
    load: async () => (await import('./commands/marts.ts')).marts,
  },
  {
    name: 'new',
    summary: 'write the file of a new event type, mart, check, warning, view or window, with an example',
    load: async () => (await import('./commands/new.ts')).newCommand,
  },
  {
    name: 'test',
    summary: 'test event types and marts: events in, expected rows out',
    load: async () => (await import('./commands/test.ts')).test,
  },
  {
    name: 'tables',
    summary: 'the tables and views that can be asked',
    load: async () => (await import('./commands/tables.ts')).tables,
  },
  {
    name: 'describe',
    summary: 'the columns of a table: types, and what they hold',
    load: async () => (await import('./commands/describe.ts')).describe,
  },
  {
    name: 'status',
    summary: 'partitions, freshness, last executions',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'reconcile',
    summary: 'count what is stored at every stage; fails on a difference',
    load: async () => (await import('./commands/reconcile.ts')).reconcile,
  },
  {
    name: 'trace',
    summary: 'follow one event by its id: where it is, and how it got there',
    load: async () => (await import('./commands/trace.ts')).trace,
  },
  {
    name: 'ledger',
    summary: 'put a lost ledger back together out of S3 and Glue',
    load: async () => (await import('./commands/ledger.ts')).ledger,
  },
  {
    name: 'quarantine',
    summary: 'what was rejected: list it, show it, send it again',
    load: async () => (await import('./commands/quarantine.ts')).quarantine,
  },
  {
    name: 'events',
    summary: 'event types: check their files, propose one; types, JSON Schema and docs of them',
    load: async () => (await import('./commands/events.ts')).events,
  },
  {
    name: 'kit',
    summary: 'what a tool for dashboards needs to show the tables: superset',
    load: async () => (await import('./commands/kit.ts')).kit,
  },
  {
    name: 'cost',
    summary: 'what a month of a stage costs, reckoned from its template',
    load: async () => (await import('./commands/cost.ts')).cost,
  },
  {
    name: 'simulate',
    summary: 'a day at any rate, by a model: lag, throttles, the first limit',
    load: async () => (await import('./commands/simulate.ts')).simulate,
  },
  {
    name: 'keys',
    summary: 'write keys of sources: make, list, revoke',
    load: async () => (await import('./commands/keys.ts')).keys,
  },
];

const common = {
  stage: { type: 'string', default: 'local' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const commonUsage = `
Options of every command:
  --stage NAME   local (default), or a deployed stage: dev, prod, …
  --data DIR     data folder of the emulator (default: .headrace/local if one runs there, else the one that
                 demo, up or chaos used last). If none runs on it, one is started for the length of the command.
  --json         one JSON document on stdout, everything else on stderr
  --verbose      stack traces of errors`;

const overview = (): string =>
  [
    'headrace: JSON events over HTTP in, a table that SQL can query out\n',
    ...commands.map((c) => `  ${c.name.padEnd(10)} ${c.summary}`),
    commonUsage,
    '\nheadrace COMMAND --help tells more. headrace --version tells the version.',
  ].join('\n');

/** SQL out of a file often begins with a comment: `-- What was sold`. No option has a space after its dashes. */
const notAnOption = (arg: string): string => (/^--\s/.test(arg) ? `\n${arg}` : arg);

const parse = (
  command: Pick<Command, 'name' | 'options' | 'positionals'>,
  args: readonly string[],
): { values: Record<string, unknown>; positionals: string[] } => {
  try {
    const allowPositionals = command.positionals ?? true;
    const options = { ...common, ...command.options };
    return parseArgs({ args: args.map(notAnOption), options, allowPositionals });
  } catch (error) {
    // The first sentence: the rest of Node's advice is about arguments that begin with a dash.
    const message = messageOf(error).replace(/\.\s.*$/s, '.');
    throw new CliError(
      message.replace(
        /^Option '(--[\w-]+)[^']*' argument is ambiguous\.$/,
        '$1: a value that begins with a dash is given as $1=VALUE.',
      ),
      `${['headrace', command.name].join(' ').trim()} --help lists the options.`,
      { cause: error },
    );
  }
};

/** Ctrl-C aborts what the command does. Pressed again it ends the process at once. */
const stopOnSignals = (): AbortSignal => {
  const stop = new AbortController();
  let stoppedAt: number | undefined;
  const onSignal = (): void => {
    stoppedAt ??= performance.now();
    stop.abort(new CliError('Stopped.'));
    // npm and the launcher pass Ctrl-C on beside the terminal: what comes at once is the same keystroke.
    if (performance.now() - stoppedAt > SAME_KEYSTROKE_MS) process.exit(130);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  return stop.signal;
};

const SAME_KEYSTROKE_MS = 500;

const show = (text: string): number => {
  process.stdout.write(`${text}\n`);
  return 0;
};

/** What is asked without a command: the overview or the version. */
const withoutCommand = (argv: readonly string[], given: string | undefined): number => {
  if (given !== undefined && given !== 'help') throw new CliError(`"${given}" is not a command.`, overview());
  if (argv.includes('--version')) return show(version());
  parse(
    { name: '', options: {} },
    argv.filter((arg) => arg !== 'help'),
  );
  return show(overview());
};

const version = (): string =>
  z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;

const run = async (argv: readonly string[]): Promise<number> => {
  const { name: given, rest: args } = splitCommand(
    argv,
    commands.map(({ name }) => name),
    common,
  );
  const listed = commands.find((c) => c.name === given);
  if (!listed) return withoutCommand(argv, given);
  const command = await listed.load();
  const { values, positionals } = parse(command, args);
  if (values.help === true) return show(`${command.usage.trim()}\n${commonUsage}`);
  const signal = stopOnSignals();
  const json = values.json === true;
  const text = (key: string) => {
    const value: unknown = values[key];
    return typeof value === 'string' ? value : undefined;
  };
  const invocation: Invocation = {
    stage: text('stage') ?? common.stage.default,
    json,
    screen: createScreen(json || values.csv === true ? process.stderr : process.stdout),
    option: text,
    options: (key) => texts(values[key]),
    flag: (key) => values[key] === true,
    positionals,
    signal,
  };
  const outcome = await command.run(invocation);
  if (json && outcome.document !== undefined) process.stdout.write(`${JSON.stringify(outcome.document)}\n`);
  return outcome.ok ? 0 : 1;
};

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

const report = (error: unknown): void => {
  const verbose = process.argv.includes('--verbose');
  const advice = nextStepAfter(error);
  const next = advice ? `\n${advice}` : '';
  const stack = verbose && error instanceof Error ? `\n${error.stack}` : '';
  process.stderr.write(`headrace: ${messageOf(error)}${next}${stack}\n`);
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: messageOf(error) })}\n`);
};

// A reader may go away (`headrace query … | head`): nothing has failed then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    report(error);
    process.exitCode = 1;
  },
);
