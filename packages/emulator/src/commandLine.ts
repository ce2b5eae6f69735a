/**
 * `headrace-emulator/cli`: the command line of the package. bin/headrace-emulator.mjs calls it; nothing else needs it.
 */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { BodyRule } from './apigateway/event.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const USAGE = `Usage: headrace-emulator FOLDER [options]

Boots the service that \`serverless package\` wrote to FOLDER (.serverless, as a rule) on this machine.

Options:
  --port N      port for AWS's APIs and the HTTP API (default 4566; 0: any free one)
  --data DIR    folder for everything the services hold (default .emulator); it is there again at the next start
  --fresh       empty that folder first
  --bodies RULE content-encoding or content-type: what decides whether a body reaches a function as text
                (default content-encoding; see docs/differences.md)
  --json        say where the emulator is as one line of JSON
  --help        show this`;

/** What was asked for cannot be done; the message says what to do. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Wanted {
  packageDir: string;
  dataDir: string;
  port: number;
  fresh: boolean;
  json: boolean;
  bodies: BodyRule;
}

const portNumber = z.coerce.number().int().min(0).max(65_535);

const bodyRule = z.enum(['content-encoding', 'content-type']);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `undefined` when only help was asked for. Throws UsageError. */
const read = (args: readonly string[]): Wanted | undefined => {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const [folder, ...more] = positionals;
  if (folder === undefined)
    throw new UsageError('FOLDER is missing: name the folder that `serverless package` wrote.');
  if (more.length > 0) throw new UsageError(`Only one FOLDER can be booted. Remove: ${more.join(' ')}`);
  if (!existsSync(folder))
    throw new UsageError(`The folder ${folder} does not exist. Run \`npx serverless package\` first.`);
  const port = portNumber.safeParse(values.port);
  if (!port.success || values.port === '')
    throw new UsageError(`--port: "${values.port}" is not a port number. Use 0 to 65535.`);
  const { data, fresh, json } = values;
  const bodies = bodyRule.safeParse(values.bodies);
  if (!bodies.success)
    throw new UsageError(`--bodies: "${values.bodies}" is not a rule. Use content-encoding or content-type.`);
  const parsedValues = { port: port.data, bodies: bodies.data };
  return { packageDir: resolve(folder), dataDir: resolve(data), ...parsedValues, fresh, json };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '4566' },
        data: { type: 'string', default: '.emulator' },
        bodies: { type: 'string', default: 'content-encoding' },
        fresh: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
};

const asText = ({ endpoint, httpApi, routes, stage }: Emulator, { dataDir }: Wanted): string => {
  const api = routes.length === 0 ? ['HTTP API:  none in the template'] : [`HTTP API:  ${httpApi}`];
  return [
    `The service is up, as stage ${stage}.`,
    '',
    `Endpoint:  ${endpoint}  (AWS_ENDPOINT_URL)`,
    ...api,
    ...routes.map((route) => `             ${route}`),
    `Data:      ${relative('.', dataDir) || '.'}`,
    '',
    'Look at it with the aws CLI:',
    `  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 \\`,
    `    aws --endpoint-url ${endpoint} lambda list-functions`,
    '',
    'Ctrl-C stops it.',
  ].join('\n');
};

const asJson = ({ endpoint, httpApi, routes, stage, names, pid }: Emulator): string =>
  JSON.stringify({ stage, endpoint, httpApi, routes, names, pid });

/** Boots and stays up until SIGINT or SIGTERM. Answers the exit code; nothing is left running then. */
export const runCommandLine = async (args: readonly string[]): Promise<number> => {
  try {
    const wanted = read(args);
    if (wanted === undefined) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    const stopped = nextSignal();
    const { json, ...options } = wanted;
    const emulator = await startEmulator(options);
    process.stdout.write(`${json ? asJson(emulator) : asText(emulator, wanted)}\n`);
    await stopped;
    await emulator.close();
    return 0;
  } catch (error) {
    process.stderr.write(`headrace-emulator: ${messageOf(error)}\n`);
    if (error instanceof UsageError) process.stderr.write('Run headrace-emulator --help for its options.\n');
    return 1;
  }
};

const nextSignal = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
