import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Sample, sample } from './sample.ts';

const PROGRAM = fileURLToPath(new URL('./sideProcess.ts', import.meta.url));

export interface SideOptions {
  /** of the module with `prepare`, see sample.ts */
  module: URL;
  /** for `prepare`, as JSON */
  options: unknown;
  /** all that the process sees; default: what this one sees */
  env?: Readonly<Record<string, string>> | undefined;
  execArgv?: readonly string[] | undefined;
}

/** One side of a comparison in a process of its own: its CPU time and memory are nobody else's. */
export class Side {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start({ module, options, env, execArgv = [] }: SideOptions): Promise<Side> {
    const child = fork(PROGRAM, [module.href, JSON.stringify(options)], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc', ...execArgv],
      // Functions log on stdout: that costs them what it costs, and nobody reads it here.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      ...(env === undefined ? {} : { env: { ...env } }),
    });
    const side = new Side(child);
    await side.#message();
    return side;
  }

  async run(): Promise<Sample> {
    this.#child.send('run');
    return sample.parse(await this.#message());
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #message(): Promise<unknown> {
    const over = new AbortController();
    const { signal } = over;
    try {
      return await Promise.race([
        once(this.#child, 'message', { signal }).then(([message]) => message),
        once(this.#child, 'exit', { signal }).then(([code, by]) => {
          throw new Error(`A side of the benchmark ended by itself: ${code === null ? by : `exit ${code}`}`);
        }),
      ]);
    } finally {
      over.abort();
    }
  }
}

/** Starts sides, hands them over, and stops them whatever happens. */
export const withSides = async <Name extends string, Result>(
  wanted: Readonly<Record<Name, SideOptions>>,
  work: (sides: Record<Name, () => Promise<Sample>>) => Promise<Result>,
): Promise<Result> => {
  const started: Side[] = [];
  const runs: [string, () => Promise<Sample>][] = [];
  try {
    for (const [name, options] of Object.entries<SideOptions>(wanted)) {
      const side = await Side.start(options);
      started.push(side);
      runs.push([name, () => side.run()]);
    }
    // One run for each name of `wanted`.
    return await work(Object.fromEntries(runs) as Record<Name, () => Promise<Sample>>);
  } finally {
    await Promise.all(started.map((side) => side.stop()));
  }
};
