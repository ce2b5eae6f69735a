import { startEmulator } from 'headrace-emulator';
import { accessTo, mustBeLocal } from '../../client/access.ts';
import { defaultFolder, findEmulator, noteLastFolder, usableFolder } from '../../client/dataFolders.ts';
import { CliError } from '../../client/failure.ts';
import { localWriteKey } from '../../client/keys.ts';
import { packageStage } from '../../client/package.ts';
import { isOwnProject } from '../../compiler/folder.ts';
import type { Command } from '../command.ts';
import { postgresHere } from '../postgresHere.ts';

const usage = `
headrace up [--data DIR] [--fresh] [--port N]

Packages the project and runs all of it on this machine until Ctrl-C. Started again on the same data folder
it still has everything. The data is in .headrace/local unless --data names another folder.

  --fresh    start with empty data
  --port N   port of the one endpoint (default 4566; 0 for any free one)`;

const DEFAULT_PORT = 4566;

export const up: Command = {
  name: 'up',
  usage,
  positionals: false,
  options: {
    fresh: { type: 'boolean', default: false },
    port: { type: 'string', default: String(DEFAULT_PORT) },
  },
  run: async (invocation) => {
    const { screen, signal } = invocation;
    mustBeLocal(invocation, 'up');
    const port = Number(invocation.option('port'));
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new CliError(
        `--port: "${invocation.option('port')}" is not a port number.`,
        'Use a number from 0 to 65535.',
      );
    const dataDir = usableFolder(invocation.option('data') ?? defaultFolder());
    await refuseRunning(dataDir);
    screen.say('Packaging …');
    const packageDir = await packageStage('local');
    const stage = await startEmulator({
      packageDir,
      dataDir,
      port,
      fresh: invocation.flag('fresh'),
      usageFolder: process.env.HEADRACE_IAM_USAGE,
    });
    try {
      noteLastFolder(dataDir);
      const access = accessTo('local', { endpoint: stage.endpoint, collector: stage.httpApi, dataDir });
      const [key, postgres] = await Promise.all([
        localWriteKey(access, dataDir, new Date()),
        postgresHere(stage, access),
      ]);
      const document = {
        endpoint: stage.endpoint,
        collector: stage.httpApi,
        // Its name until 1.0, for scripts that read it.
        door: stage.httpApi,
        writeKey: key,
        ...(postgres?.url !== undefined && { postgres: postgres.url }),
        dataDir,
        pid: process.pid,
      };
      screen.heading('Headrace runs.');
      screen.say(`Collector:    ${stage.httpApi}/v1/events`);
      screen.say(`AWS endpoint: AWS_ENDPOINT_URL=${stage.endpoint}`);
      if (postgres?.url !== undefined) screen.say(`PostgreSQL:   psql '${postgres.url}'`);
      if (postgres?.problem !== undefined) screen.say(postgres.problem);
      screen.say(`Data:         ${dataDir}\n`);
      screen.say(curlLine(stage.httpApi, key));
      screen.say('\nThen, in another terminal: npx headrace etl');
      screen.say(
        '                           npx headrace query "SELECT event_name, count(*) FROM events GROUP BY 1"\n',
      );
      screen.say('Ctrl-C stops it.');
      // Told now, not at the end: whoever started this with --json wants to know where the collector is.
      if (invocation.json) process.stdout.write(`${JSON.stringify(document)}\n`);
      await untilAborted(signal);
      return { ok: true, document: undefined };
    } finally {
      screen.say('Stopping …');
      await stage.close();
    }
  },
};

/** Asked before packaging: the emulator itself would refuse the folder a minute later. */
const refuseRunning = async (dataDir: string): Promise<void> => {
  const running = await findEmulator(dataDir);
  if (running)
    throw new CliError(
      `An emulator runs on ${dataDir} already, at ${running.endpoint}.`,
      'Use that one, stop it, or name another folder with --data.',
    );
};

/** An event that is taken: in a project of one's own one without a type, which nothing can contradict. */
const example = (): string =>
  isOwnProject()
    ? '{"event_name":"hello","user_id":"u1","properties":{"said":"world"}}'
    : '{"event_name":"page_view","user_id":"u1","properties":{"page_url":"https://shop.example/"}}';

const curlLine = (collector: string, key: string): string =>
  `curl -u ${key}: ${collector}/v1/events -H 'content-type: application/json' \\\n  -d '${example()}'`;

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) return done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
