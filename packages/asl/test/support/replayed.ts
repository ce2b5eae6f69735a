import { compileMachine } from '../../src/compile/machine.ts';
import { StatesError } from '../../src/errors.ts';
import type { HistoryEvent } from '../../src/history.ts';
import { startMachine } from '../../src/run.ts';
import type { TaskCall, TaskRunner } from '../../src/tasks.ts';
import { virtualTimer } from '../../src/testing/virtualTimer.ts';
import { isObject, type Json, type JsonObject } from '../../src/values.ts';
import { countedRandomness } from './run.ts';

/** An execution with tasks, recorded on AWS: its events say what each attempt of a task was given and what came of it. */
export interface RecordedTasks {
  id: string;
  definition: JsonObject;
  input: Json;
  status: string;
  output?: Json;
  error?: string;
  cause?: Json;
  events: ({ id: Json; previousEventId: Json; type: string } & JsonObject)[];
}

export interface Replayed {
  status: string;
  output: Json | undefined;
  error: string | undefined;
  reason: string | undefined;
  events: HistoryEvent[];
}

/** How one attempt of a task ended. */
type Attempt =
  | { kind: 'Succeeded'; output: Json; submitted: Json | undefined }
  | { kind: 'Failed'; error: string | undefined; cause: string | undefined; submitted: Json | undefined }
  | { kind: 'TimedOut'; submitted: Json | undefined };

const attempted = /^(Task|LambdaFunction|Activity)(Scheduled|Submitted|Succeeded|Failed|TimedOut)$/;

const details = (event: JsonObject, type: string): JsonObject => {
  const found = event[`${type.slice(0, 1).toLowerCase()}${type.slice(1)}EventDetails`];
  return isObject(found) ? found : {};
};

/** The recorder made JSON of what AWS had as text. */
const text = (value: Json | undefined): string | undefined =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value);

/** The attempts in the order they ended in; one at a time in all recordings that have more than one. */
const attemptsOf = (events: RecordedTasks['events']): Attempt[] => {
  const attempts: Attempt[] = [];
  let submitted: Json | undefined;
  for (const event of events) {
    const kind = attempted.exec(event.type)?.[2];
    const told = details(event, event.type);
    if (kind === 'Scheduled') submitted = undefined;
    else if (kind === 'Submitted') submitted = told.output;
    else if (kind === 'Succeeded') attempts.push({ kind, output: parsed(told.output), submitted });
    else if (kind === 'Failed')
      attempts.push({ kind, error: text(told.error), cause: text(told.cause), submitted });
    else if (kind === 'TimedOut') attempts.push({ kind, submitted });
  }
  return attempts;
};

const parsed = (value: Json | undefined): Json => {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** Runs tasks as they went on AWS. `refused` are resources that cannot be called. */
const recordedTasks = (attempts: Attempt[]): TaskRunner => ({
  refusal: () => undefined,
  heartbeats: (resource) => resource.endsWith('.waitForTaskToken'),
  async run(call) {
    const attempt = attempts.shift();
    if (attempt === undefined) throw new Error(`more attempts than were recorded: ${call.resource}`);
    if (attempt.submitted !== undefined) call.submitted(attempt.submitted);
    if (attempt.kind === 'Succeeded') return attempt.output;
    if (attempt.kind === 'Failed') throw new StatesError(attempt.error, attempt.cause);
    return untilGivenUp(call);
  },
});

const untilGivenUp = ({ signal }: TaskCall): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** Runs the machine again with the recorded tasks, over the input as AWS's history has it. */
export const replay = async (recorded: RecordedTasks): Promise<Replayed> => {
  const events: HistoryEvent[] = [];
  const tasks = recordedTasks(attemptsOf(recorded.events));
  const { machine, problems } = compileMachine(JSON.stringify(recorded.definition), tasks);
  if (machine === undefined) {
    const reason = problems.map(({ location, message }) => `${message} at ${location}`).join('; ');
    return { status: 'REFUSED', output: undefined, error: undefined, reason, events };
  }
  const Input = recorded.events[0] ? (details(recorded.events[0], 'ExecutionStarted').input ?? null) : null;
  const about = {
    Execution: { Id: 'id', Input, Name: 'name', RoleArn: 'role', StartTime: 'start-time', RedriveCount: 0 },
    StateMachine: { Id: 'machine', Name: 'machine' },
  };
  const running = startMachine(machine, {
    ...{ about, tasks, timer: virtualTimer(), onEvent: (event) => events.push(event) },
    random: countedRandomness((count) => `uuid-${count}`),
  });
  const outcome = await running.outcome;
  if (outcome.status !== 'SUCCEEDED') return { ...outcome, output: undefined, events };
  const output: Json = JSON.parse(outcome.output);
  return { status: 'SUCCEEDED', output, error: undefined, reason: undefined, events };
};

/** Arrays and scalars are their text in the recordings, and so are objects in causes. */
const plain = (value: Json | undefined): unknown => {
  if (typeof value === 'string') return parsedDeep(value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, plain(value[key])]));
};

const parsedDeep = (text: string): unknown => {
  const value = parsed(text);
  return value === text ? text : plain(value);
};

export const sameAnswer = (recorded: RecordedTasks, { status, output, error, reason }: Replayed): boolean =>
  JSON.stringify([recorded.status, plain(recorded.output), recorded.error, plain(recorded.cause)]) ===
  JSON.stringify([status, plain(output), error, plain(reason)]);

/** Events and the states they belong to. What attempts of tasks are called is the host's to say. */
export const samePath = ({ events }: RecordedTasks, replayed: Replayed): boolean =>
  events.map((event) => step(event.type, event)).join() ===
  replayed.events.map((event) => step(event.type, event.details)).join();

const step = (type: string, told: JsonObject): string => {
  const entered = isObject(told.stateEnteredEventDetails) ? told.stateEnteredEventDetails.name : '';
  return `${type.replace(/^(LambdaFunction|Activity)/, 'Task')} ${String(entered)}`;
};
