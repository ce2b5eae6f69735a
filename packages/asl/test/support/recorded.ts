import { compileMachine } from '../../src/compile/machine.ts';
import type { HistoryEvent } from '../../src/history.ts';
import { startMachine } from '../../src/run.ts';
import { virtualTimer } from '../../src/testing/virtualTimer.ts';
import type { Json, JsonObject } from '../../src/values.ts';
import { countedRandomness, tasksOf } from './run.ts';

/** An execution recorded on AWS. Names, times and ids were replaced by placeholders when it was recorded. */
export interface Recorded {
  id: string;
  definition: JsonObject;
  input: Json;
  status: string | null;
  output?: Json;
  jsonata?: boolean;
  events?: ({ id: Json; previousEventId: number; type: string } & JsonObject)[];
}

export interface Answer {
  status: string;
  output: Json | undefined;
  error: string | undefined;
  reason: string | undefined;
  events: HistoryEvent[];
}

const machineArn = 'arn:<partition>:states:<region>:111111111111:stateMachine:<ArnPart_0idx>';

/** Runs a recorded machine under the names the recording has, so that the answers can be compared as they are. */
export const answer = async (recorded: Recorded): Promise<Answer> => {
  const events: HistoryEvent[] = [];
  const tasks = tasksOf({});
  const { machine, problems } = compileMachine(JSON.stringify(recorded.definition), tasks);
  if (machine === undefined) {
    return {
      status: 'REFUSED',
      output: undefined,
      error: undefined,
      reason: JSON.stringify(problems),
      events,
    };
  }
  const Id = machineArn.replace('stateMachine', 'execution').concat(':<ExecArnPart_0idx>');
  const about = {
    Execution: {
      Id,
      Input: recorded.input,
      Name: '<ExecArnPart_0idx>',
      RoleArn: 'snf_role_arn',
      StartTime: 'start-time',
      RedriveCount: 0,
    },
    StateMachine: { Id: machineArn, Name: '<ArnPart_0idx>' },
  };
  const random = countedRandomness((count) => `<uuid:${count}>`);
  const onEvent = (event: HistoryEvent) => events.push(event);
  const outcome = await startMachine(machine, { about, tasks, timer: virtualTimer(), random, onEvent })
    .outcome;
  if (outcome.status !== 'SUCCEEDED') return { ...outcome, output: undefined, events };
  return {
    status: 'SUCCEEDED',
    output: JSON.parse(outcome.output),
    error: undefined,
    reason: undefined,
    events,
  };
};

/** Equal, given that the recorder left arrays and scalars as their text and replaced times. */
export const agrees = (recorded: Recorded, { status, output, error }: Answer): boolean => {
  if (recorded.status !== undefined && recorded.status !== status) return false;
  if (status === 'FAILED') return error === recordedFailure(recorded).error;
  const wanted = typeof recorded.output === 'string' ? tryJson(recorded.output) : recorded.output;
  return same(wanted, output);
};

export const recordedFailure = (recorded: Recorded): JsonObject => {
  const details = recorded.events?.at(-1)?.executionFailedEventDetails;
  return typeof details === 'object' && details !== null && !Array.isArray(details) ? details : {};
};

const tryJson = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const same = (left: Json | undefined, right: Json | undefined): boolean =>
  canonicalText(left) === canonicalText(right);

const canonicalText = (value: Json | undefined): string =>
  JSON.stringify(value, (_, inner: Json) => {
    if (typeof inner === 'string' && /^2026-11-01T/.test(inner)) return 'entered-time';
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
