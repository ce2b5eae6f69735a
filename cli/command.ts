import type { ParseArgsOptionsConfig } from 'node:util';
import type { Screen } from './screen.ts';

/** One invocation of a command: parsed options, and where to show things. */
export interface Invocation {
  stage: string;
  json: boolean;
  screen: Screen;
  option(name: string): string | undefined;
  /** Of an option that may be given several times. */
  options(name: string): readonly string[];
  flag(name: string): boolean;
  positionals: readonly string[];
  /** Aborted by Ctrl-C or SIGTERM. */
  signal: AbortSignal;
}

/**
 * `ok` decides the exit code: 0 only if the thing asked for was done. `document` is what --json prints, if anything.
 */
export interface Outcome {
  ok: boolean;
  document: unknown;
}

export interface Command {
  name: string;
  /** Shown by --help: arguments and options, a line each. */
  usage: string;
  options: ParseArgsOptionsConfig;
  /** Whether it takes arguments that are not options (by default it does); otherwise they are an error. */
  positionals?: boolean;
  run(invocation: Invocation): Promise<Outcome>;
}
