import { createInterface } from 'node:readline/promises';
import { CliError } from '../../client/failure.ts';
import type { Invocation } from '../command.ts';

/** Whether it may be done: by --yes, or by whoever is at the terminal. Without a terminal nobody can be asked. */
export const mayGoOn = async (
  invocation: Pick<Invocation, 'flag' | 'signal'>,
  question: string,
): Promise<boolean> => {
  if (invocation.flag('yes')) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new CliError(
      'There is no terminal to ask at, and --yes was not given. Nothing was done.',
      'Look at what is shown above, then run the same command with --yes.',
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: invocation.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
};
