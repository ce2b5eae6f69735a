import { randomUUID } from 'node:crypto';
import { runChain } from './branches.ts';
import type { Machine } from './compile/machine.ts';
import type { ExecutionContext } from './context.ts';
import type { Coverage } from './coverage.ts';
import { StatesError, Stopped } from './errors.ts';
import type { Branch, Execution } from './execution.ts';
import { failureDetails, History, type HistoryEvent, inputDetails, outputDetails } from './history.ts';
import { type Host, plainHost } from './host.ts';
import { standingOf } from './resting.ts';
import type { Randomness } from './scope.ts';
import type { Standing } from './standing.ts';
import type { TaskRunner } from './tasks.ts';
import type { Timer } from './timer.ts';
import { type JsonObject, payload } from './values.ts';

export interface RunOptions {
  /** `$$.Execution` and `$$.StateMachine`; the execution's input is in it */
  about: ExecutionContext;
  tasks: TaskRunner;
  timer: Timer;
  /** Ids and events in the words of the service around; the default is `plainHost`. */
  host?: Host;
  /** Jitter, States.UUID and States.MathRandom; the default is truly random. */
  random?: Randomness;
  /** Every event of the history, in order, as it happens. */
  onEvent?: (event: HistoryEvent) => void;
  coverage?: Coverage;
  /** Goes on where an execution of this machine stood that had not ended well. */
  from?: Redrive;
}

export interface Redrive {
  standing: Standing;
  /** the last one of the history so far */
  lastEventId: number;
  /** how often it was redriven, this time included */
  count: number;
}

/** How an execution ended. `output` is JSON text; `reason` is what the language calls Cause. */
export type Outcome =
  | { status: 'SUCCEEDED'; output: string }
  | { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error: string | undefined; reason: string | undefined };

/** An execution in progress. */
export interface Running {
  readonly outcome: Promise<Outcome>;
  /** Ends the execution as StopExecution does; tasks in progress are told to give up. */
  stop(error?: string, reason?: string): void;
  /** Once it has ended: where it stood then, to go on from; undefined when it has ended well. */
  standing(): Standing | undefined;
}

const trueRandomness: Randomness = { next: Math.random, uuid: randomUUID };

/** One for all: making an error is what would cost most of a small execution. */
const ended = new Stopped('the execution has ended');

/** Why a whole execution ends before its states do. */
class Ended extends Stopped {
  readonly outcome: Outcome & { status: 'TIMED_OUT' | 'ABORTED' };

  constructor(outcome: Outcome & { status: 'TIMED_OUT' | 'ABORTED' }) {
    super(outcome.status);
    this.outcome = outcome;
  }
}

/**
 * Starts an execution of a machine. Nothing is thrown and `outcome` never rejects: however the execution ends, it says
 * so. What a task runner throws besides StatesError ends it as FAILED with States.Runtime, which no Catch can take.
 */
export const startMachine = (machine: Machine, options: RunOptions): Running => {
  const { timer, onEvent = () => {} } = options;
  const whole = new AbortController();
  const execution: Execution = {
    history: new History(() => timer.now(), onEvent, options.from?.lastEventId),
    timer,
    random: options.random ?? trueRandomness,
    tasks: options.tasks,
    coverage: options.coverage,
    about: options.about,
    host: options.host ?? plainHost,
  };
  // AWS hangs the first state's event on nothing, as if the start had not been one.
  const branch: Branch = { cursor: 0, signal: whole.signal, variables: new Map(), item: undefined };
  return {
    outcome: run(machine, execution, { whole, branch, from: options.from }),
    stop: (error, reason) => whole.abort(new Ended({ status: 'ABORTED', error, reason })),
    standing: () => standingOf(branch),
  };
};

interface Line {
  whole: AbortController;
  branch: Branch;
  from: Redrive | undefined;
}

const run = async (
  machine: Machine,
  execution: Execution,
  { whole, branch, from }: Line,
): Promise<Outcome> => {
  const { history, about } = execution;
  const input = payload(about.Execution.Input);
  if (from === undefined) {
    history.add('ExecutionStarted', 0, {
      executionStartedEventDetails: { ...inputDetails(input), roleArn: about.Execution.RoleArn },
    });
  } else {
    history.add('ExecutionRedriven', from.lastEventId, {
      executionRedrivenEventDetails: { redriveCount: from.count },
    });
  }
  limit(machine.timeoutSeconds, execution.timer, whole);
  try {
    const output = await runChain(execution, machine.chain, branch, input, from?.standing);
    history.close('ExecutionSucceeded', branch.cursor, {
      executionSucceededEventDetails: outputDetails(output),
    });
    return { status: 'SUCCEEDED', output: output.text };
  } catch (error) {
    return close(history, branch.cursor || history.length, error);
  } finally {
    // Ends the clock of TimeoutSeconds, too.
    whole.abort(ended);
  }
};

const limit = (seconds: number | undefined, timer: Timer, whole: AbortController): void => {
  if (seconds === undefined) return;
  const outcome = { status: 'TIMED_OUT', error: 'States.Timeout', reason: undefined } as const;
  timer.sleep(seconds * 1000, whole.signal).then(
    () => whole.abort(new Ended(outcome)),
    () => {},
  );
};

const close = (history: History, previous: number, thrown: unknown): Outcome => {
  const outcome = outcomeOf(thrown);
  const details: JsonObject = failureDetails(outcome);
  if (outcome.status === 'FAILED')
    history.close('ExecutionFailed', previous, { executionFailedEventDetails: details });
  else if (outcome.status === 'ABORTED')
    history.close('ExecutionAborted', previous, { executionAbortedEventDetails: details });
  else history.close('ExecutionTimedOut', previous, { executionTimedOutEventDetails: details });
  return outcome;
};

const outcomeOf = (thrown: unknown): Exclude<Outcome, { status: 'SUCCEEDED' }> => {
  if (thrown instanceof Ended) return thrown.outcome;
  if (thrown instanceof StatesError) return { status: 'FAILED', error: thrown.error, reason: thrown.reason };
  // Not a failure of a state but of the task runner or of the interpreter: say so instead of blaming the machine.
  const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { status: 'FAILED', error: 'States.Runtime', reason: `Outside of the machine: ${reason}` };
};
