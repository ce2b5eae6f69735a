import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const PROGRAM = fileURLToPath(new URL('./stageProcess.ts', import.meta.url));

const ready = z.object({ port: z.number() });

interface StageSite {
  packageDir: string;
  dataDir: string;
  seed: number;
  /** a line of JSON for every fault */
  faultsFile: string;
}

/** What it says next. Throws an Error with `problem` if it exits before. */
const answerOf = async (child: ChildProcess, problem: string): Promise<unknown> => {
  const exited = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${problem}: exit ${code}`)));
  const [said] = await Promise.race([once(child, 'message'), exited]);
  return said;
};

/** A stage that can be killed and started again on its data, on the same port. */
export class StageChild {
  readonly #site: StageSite;
  #child: ChildProcess | undefined;
  #boots = 0;
  port = 0;

  constructor(site: StageSite) {
    this.#site = site;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const { packageDir, dataDir, seed, faultsFile } = this.#site;
    this.#boots += 1;
    const args = [packageDir, dataDir, this.port, seed, this.#boots, faultsFile].map(String);
    const child = fork(PROGRAM, args, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.port = ready.parse(await answerOf(child, 'The stage did not boot')).port;
  }

  /** SIGKILL: nothing is written any more, nothing is said. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Nothing goes wrong from now on. Resolves once no call is left that takes effect after its caller has gone. */
  async calm(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const answered = answerOf(child, 'The stage ended by itself');
    child.send('calm');
    await answered;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  }
}
