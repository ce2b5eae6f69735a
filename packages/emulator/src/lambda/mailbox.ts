import type { ChildProcess } from 'node:child_process';
import type { EnvironmentMessage } from './protocol.ts';

/** The end of the process, in Lambda's words for it. */
export interface Death {
  kind: 'died';
  how: string;
}

/** What an execution environment says, taken one by one; after its death every `take` answers that. */
interface Mailbox {
  take(): Promise<EnvironmentMessage | Death>;
}

export const mailbox = (child: ChildProcess): Mailbox => {
  const waitingMessages: EnvironmentMessage[] = [];
  let taker: ((message: EnvironmentMessage | Death) => void) | undefined;
  let death: Death | undefined;

  const hand = (message: EnvironmentMessage | Death): boolean => {
    const waiting = taker;
    taker = undefined;
    waiting?.(message);
    return waiting !== undefined;
  };
  const die = (how: string): void => {
    death ??= { kind: 'died', how };
    hand(death);
  };

  child.on('message', (message) => {
    // The bootstrap is ours and sends nothing else.
    const said = message as EnvironmentMessage;
    if (!hand(said)) waitingMessages.push(said);
  });
  child.on('error', (error) => die(error.message));
  // 'close' comes after the last message, 'exit' may come before it.
  child.once('close', (code, signal) => die(exitReason(code, signal)));

  return {
    take() {
      const message = waitingMessages.shift() ?? death;
      if (message) return Promise.resolve(message);
      const { promise, resolve } = Promise.withResolvers<EnvironmentMessage | Death>();
      taker = resolve;
      return promise;
    },
  };
};

const exitReason = (code: number | null, signal: NodeJS.Signals | null): string => {
  if (signal === 'SIGKILL') return 'exited with error: signal: killed';
  if (signal === 'SIGABRT') return 'exited with error: signal: aborted';
  if (signal) return `exited with error: signal: ${signal}`;
  return code === 0 ? 'exited without providing a reason' : `exited with error: exit status ${code}`;
};
