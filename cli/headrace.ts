import { parseArgs } from 'node:util';
import type { Command, Invocation } from './command.ts';
import { demo } from './commands/demo.ts';
import { etl } from './commands/etl.ts';
import { keys } from './commands/keys.ts';
import { query } from './commands/query.ts';
import { send } from './commands/send.ts';
import { status } from './commands/status.ts';
import { up } from './commands/up.ts';
import { CliError, messageOf } from './failure.ts';
import { createScreen } from './screen.ts';

const commands: readonly Command[] = [demo, up, send, etl, query, status, keys];

const common = {
  stage: { type: 'string', default: 'local' },
  data: { type: 'string', default: '.headrace/local' },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const commonUsage = `
Options of every command:
  --stage NAME   local (default), or a deployed stage: dev, prod, …
  --data DIR     data folder of the local stage (default .headrace/local)
  --json         one JSON document on stdout, everything else on stderr
  --verbose      stack traces of errors`;

const overview = (): string =>
  [
    'headrace: JSON events over HTTP in, a table that SQL can query out\n',
    ...commands.map((c) => `  ${c.name.padEnd(8)} ${c.summary}`),
    commonUsage,
    '\nheadrace COMMAND --help tells more.',
  ].join('\n');

const parse = (
  command: Command,
  args: string[],
): { values: Record<string, unknown>; positionals: string[] } => {
  try {
    return parseArgs({ args, options: { ...common, ...command.options }, allowPositionals: true });
  } catch (error) {
    throw new CliError(messageOf(error), `headrace ${command.name} --help lists the options.`, {
      cause: error,
    });
  }
};

const run = async (argv: readonly string[]): Promise<number> => {
  const [name, ...args] = argv;
  const command = commands.find((c) => c.name === name);
  if (!command) {
    const asked = name === undefined || name === '--help' || name === '-h' || name === 'help';
    if (!asked) throw new CliError(`There is no command «${name}».`, overview());
    process.stdout.write(`${overview()}\n`);
    return 0;
  }
  const { values, positionals } = parse(command, args);
  if (values.help === true) {
    process.stdout.write(`${command.usage.trim()}\n${commonUsage}\n`);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => stop.abort(new CliError('Stopped.')));
  const json = values.json === true;
  const text = (key: string) => {
    const value: unknown = values[key];
    return typeof value === 'string' ? value : undefined;
  };
  const invocation: Invocation = {
    stage: text('stage') ?? common.stage.default,
    dataDir: text('data') ?? common.data.default,
    json,
    screen: createScreen(json ? process.stderr : process.stdout),
    option: text,
    flag: (key) => values[key] === true,
    positionals,
    signal: stop.signal,
  };
  const outcome = await command.run(invocation);
  if (json) process.stdout.write(`${JSON.stringify(outcome.document)}\n`);
  return outcome.ok ? 0 : 1;
};

const report = (error: unknown): void => {
  const verbose = process.argv.includes('--verbose');
  const next = error instanceof CliError && error.next ? `\n${error.next}` : '';
  const stack = verbose && error instanceof Error ? `\n${error.stack}` : '';
  process.stderr.write(`headrace: ${messageOf(error)}${next}${stack}\n`);
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: messageOf(error) })}\n`);
};

// A reader that goes away (`headrace query … | head`) is no failure of ours.
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
