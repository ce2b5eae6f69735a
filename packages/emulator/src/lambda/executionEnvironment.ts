import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { exited, failed, type Outcome, returned, timedOut } from './failures.ts';
import type { FunctionSpec } from './functionSpec.ts';
import type { LogFile } from './logFile.ts';
import { type Death, mailbox } from './mailbox.ts';
import type { EnvironmentMessage, InvokeMessage } from './protocol.ts';
import { environmentVariables } from './variables.ts';

/** Lambda gives the init phase 10 s on a machine of its own; here ten functions may start at once on two cores. */
const INIT_TIMEOUT_SECONDS = 60;

/** One child process with the function loaded; takes one invocation at a time. */
export interface ExecutionEnvironment {
  readonly alive: boolean;
  readonly maxRssBytes: number;
  /** Never rejects: what goes wrong in the function is an outcome. */
  invoke(requestId: string, payload: string): Promise<Outcome>;
  kill(): void;
  /** Resolves when the process is gone and its scratch folder with it. */
  readonly gone: Promise<void>;
}

export interface EnvironmentSite {
  /** what the process runs: see bootstrap.ts */
  bootstrap: string;
  taskRoot: string;
  endpoint: string;
  /** scratch folders of the execution environments are made in here */
  tmpRoot: string;
  log: LogFile;
}

export const startEnvironment = (spec: FunctionSpec, site: EnvironmentSite): ExecutionEnvironment => {
  const { child, gone } = startProcess(spec, site);
  const mail = mailbox(child);
  const initialised = within(INIT_TIMEOUT_SECONDS, mail.take());
  let maxRssBytes = 0;
  let alive = true;
  child.once('exit', () => {
    alive = false;
  });

  const ask = async (message: InvokeMessage): Promise<EnvironmentMessage | Death> => {
    // A channel that breaks is followed by 'close', which the mailbox answers with.
    if (child.connected) child.send(message, () => {});
    for (;;) {
      const said = await mail.take();
      if ('maxRssBytes' in said) maxRssBytes = said.maxRssBytes;
      if (!('requestId' in said) || said.requestId === message.requestId) return said;
    }
  };

  const kill = (): void => {
    alive = false;
    child.kill('SIGKILL');
  };

  const settled = (
    said: EnvironmentMessage | Death | 'timeout',
    requestId: string,
    seconds: number,
  ): Outcome => {
    if (said !== 'timeout' && said.kind === 'result') return { ...returned(said.payload), log: said.log };
    if (said !== 'timeout' && said.kind === 'failed') return { ...failed(said.failure), log: said.log };
    kill();
    if (said === 'timeout') return failed(timedOut(requestId, seconds));
    return failed('failure' in said ? said.failure : exited(requestId, 'how' in said ? said.how : said.kind));
  };

  return {
    get alive() {
      return alive;
    },
    get maxRssBytes() {
      return maxRssBytes;
    },
    gone,
    kill,
    async invoke(requestId, payload) {
      const start = await initialised;
      if (start === 'timeout' || start.kind !== 'ready')
        return settled(start, requestId, INIT_TIMEOUT_SECONDS);
      const deadlineMs = Date.now() + spec.timeoutSeconds * 1000;
      const said = await within(spec.timeoutSeconds, ask({ requestId, payload, deadlineMs }));
      return settled(said, requestId, spec.timeoutSeconds);
    },
  };
};

const startProcess = (spec: FunctionSpec, site: EnvironmentSite) => {
  const id = randomUUID();
  const tmpDir = join(site.tmpRoot, id);
  mkdirSync(tmpDir, { recursive: true });
  const child = fork(site.bootstrap, [site.taskRoot, spec.handler, spec.arn], {
    cwd: site.taskRoot,
    env: environmentVariables(spec, { ...site, tmpDir, logStream: id }),
    execArgv: ['--disable-warning=ExperimentalWarning', ...heapLimits(spec.memoryMb)],
    // Events are text of up to 6 MB: as JSON within JSON each would be escaped, joined and parsed once more.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', site.log.line);
  }
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      rmSync(tmpDir, { recursive: true, force: true });
      resolve();
    });
  });
  return { child, gone };
};

/**
 * As Lambda's runtime of Node.js sizes the heap: a tenth of the function's memory for young objects, in two halves of
 * which one is empty, and the rest for old ones. Without it V8 would take from a laptop what the laptop has.
 */
const heapLimits = (memoryMb: number): string[] => {
  const young = Math.floor(memoryMb / 10);
  return [`--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${memoryMb - young}`];
};

const within = async <T>(seconds: number, promise: Promise<T>): Promise<T | 'timeout'> => {
  const { promise: late, resolve } = Promise.withResolvers<'timeout'>();
  const timeout = setTimeout(resolve, seconds * 1000, 'timeout');
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timeout);
  }
};
