import type { TaskCall } from 'headrace-asl';
import { isObject, type JsonObject, StatesError } from 'headrace-asl';
import { z } from 'zod';
import { inputObject } from './input.ts';
import type { Integration, ServiceNames, Surroundings } from './integration.ts';
import { timesAs } from './times.ts';
import { until } from './wait.ts';

const athena: ServiceNames = { name: 'athena', errors: 'Athena' };

const started = z.object({ QueryExecutionId: z.string() });
const described = z.looseObject({ QueryExecution: z.record(z.string(), z.json()) });
const state = z.object({ Status: z.object({ State: z.string() }) });

/** The optimised integrations answer as the API does, with times in milliseconds. */
export const athenaAction =
  (action: string): Integration =>
  async (around, call) =>
    timesAs('ms', await around.callService(call, athena, action, inputObject(call)));

/**
 * `athena:startQueryExecution.sync`: waits for the query. A failed or cancelled one is States.TaskFailed with the
 * QueryExecution as the cause; a query nobody waits for any more is stopped.
 */
export const runQuery: Integration = async (around, call) => {
  const answer = await around.callService(call, athena, 'StartQueryExecution', inputObject(call));
  const { QueryExecutionId } = started.parse(answer);
  call.submitted(answer);
  const stop = () => {
    // Nobody hears the answer: the task is over either way.
    around.callService(call, athena, 'StopQueryExecution', { QueryExecutionId }).catch(() => {});
  };
  if (call.signal.aborted) stop();
  call.signal.addEventListener('abort', stop, { once: true });
  try {
    return await until(around.timer, call.signal, () => finishedQuery(around, call, QueryExecutionId));
  } finally {
    call.signal.removeEventListener('abort', stop);
  }
};

const finishedQuery = async (
  around: Surroundings,
  call: TaskCall,
  QueryExecutionId: string,
): Promise<JsonObject | undefined> => {
  const answer = await around.callService(call, athena, 'GetQueryExecution', { QueryExecutionId });
  const { QueryExecution } = described.parse(answer);
  const { State } = state.parse(QueryExecution).Status;
  if (State === 'QUEUED' || State === 'RUNNING') return undefined;
  const query = timesAs('ms', QueryExecution);
  if (State === 'SUCCEEDED') return { QueryExecution: query };
  throw new StatesError('States.TaskFailed', JSON.stringify(isObject(query) ? query : {}));
};
