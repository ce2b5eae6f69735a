import { spawn } from 'node:child_process';
import type { StageAccess } from '../../client/access.ts';
import { CliError } from '../../client/failure.ts';
import type { Command, Invocation } from '../command.ts';
import { pageFiles } from '../console/page.ts';
import { startConsole } from '../console/server.ts';
import { consoleStage } from '../console/stage.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace console [--port N] [--no-open]

Serves a page that shows the stage: the way of the data, what comes in now, runs, event types, quarantine. It asks the
tables in SQL, replays what was rejected, and follows one event. It works with your own AWS credentials and deploys
nothing. It is there for this machine only, under an address with a secret, until Ctrl-C. docs/guides/console.md

  --port N    port of the page (default: any free one)
  --no-open   only print the address; do not open a browser`;

export const consoleCommand: Command = {
  name: 'console',
  usage,
  positionals: false,
  options: { port: { type: 'string', default: '0' }, 'no-open': { type: 'boolean', default: false } },
  run: async (invocation) => {
    const port = portOf(invocation);
    const files = await pageFiles(() => invocation.screen.say('Building the page (once, some seconds) …'));
    await withStage(invocation, (access) => show(access, files, port, invocation));
    return { ok: true, document: undefined };
  },
};

const portOf = ({ option }: Invocation): number => {
  const port = Number(option('port'));
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CliError(`--port: "${option('port')}" is not a port number.`, 'Use a number from 0 to 65535.');
};

const show = async (
  access: StageAccess,
  files: Awaited<ReturnType<typeof pageFiles>>,
  port: number,
  { screen, signal, json, flag }: Invocation,
): Promise<void> => {
  const running = await startConsole({ stage: consoleStage(access), files, port });
  try {
    screen.say(`The console of ${access.stage}: ${running.address}`);
    screen.say('Whoever has this address can do what you can do. Ctrl-C ends it.');
    if (json) process.stdout.write(`${JSON.stringify({ address: running.address, pid: process.pid })}\n`);
    if (!flag('no-open')) open(running.address);
    await untilAborted(signal);
  } finally {
    await running.close();
  }
};

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['explorer'],
};

/** Where no browser can be opened, the address is on the screen. */
const open = (address: string): void => {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) return done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
