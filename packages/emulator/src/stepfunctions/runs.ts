import type { HistoryEvent, Machine } from 'headrace-asl';
import {
  type ExecutionContext,
  type Json,
  type Outcome,
  parseJson,
  type Redrive,
  type Running,
  type Standing,
  startMachine,
  tooLarge,
} from 'headrace-asl';
import { AwsError } from '../contracts.ts';
import { type Meter, meterOf } from '../meter.ts';
import { type Core, checkName } from './core.ts';
import type { NewExecution } from './executions.ts';
import { stepFunctionsHost } from './host.ts';
import { notRedrivable } from './redrivable.ts';
import type { Ending, ExecutionRow, MachineRow } from './types.ts';

/** How often old executions are looked for, in executions started. */
const pruneEvery = 500;

/** "For 15 minutes" a client token stands for the request that it came with first. */
const sameRequestMs = 15 * 60_000;

/** AWS's quotas for the two texts of a failure. */
const longestError = 256;
const longestCause = 32_768;

/** What Step Functions counts an ending as. */
const endings: Readonly<Record<Outcome['status'], string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

interface Live {
  running: Running;
  ended: Promise<Ending>;
}

/** The executions that run in this process. */
export class Runs {
  readonly #core: Core;
  readonly #live = new Map<string, Live>();
  #started = 0;
  #lastId: number;

  constructor(core: Core) {
    this.#core = core;
    this.#lastId = core.executions.lastId();
  }

  /**
   * Starts an execution; resolves when its start is stored. The same name with the same input while it runs is
   * the same request come twice. Throws AwsError as StartExecution does.
   */
  async start(
    machine: MachineRow,
    givenName: string | undefined,
    input: string,
  ): Promise<Pick<ExecutionRow, 'arn' | 'startMs'>> {
    const core = this.#core;
    const value = checkInput(input);
    const name = checkName(givenName ?? core.options.uuid());
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.#find(arn);
    if (known !== undefined) return sameRequest(known, input);
    const compiled = core.compiledMachine(machine);
    const startMs = core.now();
    this.#lastId += 1;
    const id = this.#lastId;
    const { arn: machineArn, revision } = machine;
    const row = { id, arn, machineArn, name, revision, startMs, input };
    core.journal.add(() => core.executions.add(row));
    this.#run(compiled, row, about(machine, row, value));
    this.#meter(row)('ExecutionsStarted', 1);
    this.#started += 1;
    if (this.#started % pruneEvery === 0) core.executions.prune(startMs);
    await core.journal.stored();
    return row;
  }

  /**
   * Lets an execution go on where it stood; gives when, in epoch ms. The same token within a quarter of an hour is the
   * same request come twice. Throws AwsError as RedriveExecution does.
   */
  async redrive(row: ExecutionRow, token: string | undefined): Promise<number> {
    const core = this.#core;
    const atMs = core.now();
    const { count, standing, atMs: before, token: known } = core.redrives.of(row);
    if (token !== undefined && token === known && before !== undefined && atMs - before < sameRequestMs)
      return before;
    const machine = core.machines.atRevision(row.machineArn, row.revision);
    const reason = notRedrivable(core, row);
    if (reason !== undefined || machine === undefined || standing === undefined)
      throw new AwsError('ExecutionNotRedrivable', `${reason}: '${row.arn}'`);
    const compiled = core.compiledMachine(machine);
    const from = { standing, lastEventId: core.journal.lastId(row.id), count: count + 1 };
    core.journal.add(() => {
      core.executions.reopen(row.arn);
      core.redrives.begin(row.id, atMs, token);
    });
    const again = { RedriveCount: from.count, RedriveTime: new Date(atMs).toISOString() };
    this.#run(compiled, row, about(machine, row, checkInput(row.input), again), from);
    await core.journal.stored();
    return atMs;
  }

  /** Aborts an execution and waits until it has ended; one that has ended stays as it is. */
  async stop(row: ExecutionRow, error?: string, cause?: string): Promise<void> {
    const live = this.#live.get(row.arn);
    live?.running.stop(error, cause);
    await live?.ended;
    this.#core.journal.flush();
  }

  async ended(arn: string): Promise<Ending> {
    const live = this.#live.get(arn);
    if (live !== undefined) return live.ended;
    this.#core.journal.flush();
    return this.#core.executions.get(arn);
  }

  async close(): Promise<void> {
    const all = [...this.#live.values()];
    for (const { running } of all)
      running.stop('Emulator.Stopped', 'The emulator was shut down while this execution ran.');
    await Promise.all(all.map(({ ended }) => ended));
    this.#core.journal.flush();
  }

  #run(machine: Machine, row: NewExecution, context: ExecutionContext, from?: Redrive): void {
    const { id, arn } = row;
    const { tasks, timer, region, uuid } = this.#core.options;
    const random = { next: Math.random, uuid };
    const onEvent = (event: HistoryEvent) => this.#core.journal.addEvent(id, event);
    const running = startMachine(machine, {
      ...{ about: context, tasks, timer, random, onEvent, host: stepFunctionsHost(region) },
      ...(from && { from }),
    });
    const ended = running.outcome.then((outcome) => this.#end(row, outcome, running.standing()));
    this.#live.set(arn, { running, ended });
  }

  /** An execution of that name, with how it ended if it has. */
  #find(arn: string): ExecutionRow | undefined {
    const { executions, journal } = this.#core;
    if (!this.#live.has(arn) && executions.find(arn) === undefined) return undefined;
    journal.flush();
    return executions.get(arn);
  }

  #meter({ machineArn }: NewExecution): Meter {
    return meterOf(this.#core.options.measure, 'AWS/States', { StateMachineArn: machineArn });
  }

  #end(row: NewExecution, outcome: Outcome, stood: Standing | undefined): Ending {
    const core = this.#core;
    const { arn } = row;
    const failed = outcome.status !== 'SUCCEEDED';
    const ending: Ending = {
      arn,
      status: outcome.status,
      output: failed ? null : outcome.output,
      error: failed ? (outcome.error?.slice(0, longestError) ?? null) : null,
      cause: failed ? (outcome.reason?.slice(0, longestCause) ?? null) : null,
    };
    const stopMs = core.now();
    const meter = this.#meter(row);
    meter(endings[outcome.status], 1);
    meter('ExecutionTime', stopMs - row.startMs, 'Milliseconds');
    core.journal.add(() => {
      core.executions.end(ending, stopMs);
      if (stood !== undefined) core.redrives.keep(row.id, stood);
      // Not before: whoever looks for an execution finds it among the living or in the store.
      this.#live.delete(arn);
    });
    return ending;
  }
}

/** What `$$` says of an execution. */
const about = (
  machine: MachineRow,
  { arn, name, startMs }: Pick<NewExecution, 'arn' | 'name' | 'startMs'>,
  input: Json,
  again: { RedriveCount: number; RedriveTime?: string } = { RedriveCount: 0 },
): ExecutionContext => ({
  Execution: {
    ...{ Id: arn, Input: input, Name: name, RoleArn: machine.roleArn },
    ...{ StartTime: new Date(startMs).toISOString(), ...again },
  },
  StateMachine: { Id: machine.arn, Name: machine.name },
});

const checkInput = (input: string): Json => {
  if (tooLarge(input)) throw new AwsError('ValidationException', 'The input is larger than 262144 bytes.');
  const value = parseJson(input);
  if (value === undefined)
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${input.slice(0, 200)}'`,
    );
  return value;
};

const sameRequest = (known: ExecutionRow, input: string): ExecutionRow => {
  if (known.status === 'RUNNING' && known.input === input) return known;
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
};
