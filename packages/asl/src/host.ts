import type { ExecutionContext } from './context.ts';
import type { JsonObject } from './values.ts';

/** Time limits of one attempt of a task in seconds; undefined where the state sets none. */
export interface TaskLimits {
  readonly timeout: number | undefined;
  readonly heartbeat: number | undefined;
}

/** How the history writes the attempts of a task: `<prefix>Scheduled`, `<prefix>Started`, `<prefix>Succeeded` … */
export interface TaskNotes {
  readonly prefix: string;
  /** The details of `<prefix>Scheduled`. `input` is the text of the JSON that the task gets. */
  scheduled(input: string, limits: TaskLimits): JsonObject;
  /** How the error for a result that is too large calls the resource, where not by the resource itself. */
  readonly called?: string;
  /** What the later events say of the resource, besides output or error. Empty: `<prefix>Started` has no details. */
  readonly resource: JsonObject;
}

/**
 * What only the service around the interpreter knows: the form of its ids, and how it writes tasks into the history.
 * The language itself defines neither.
 */
export interface Host {
  taskNotes(resource: string): TaskNotes;
  /** The id of the run of a distributed Map. `uuid` is new for each run. */
  mapRunId(about: ExecutionContext, label: string, uuid: string): string;
  /** `$$.Execution.Id` of a child execution of a distributed Map. */
  childId(about: ExecutionContext, label: string, name: string): string;
}

/** The fields of TaskLimits as histories have them. */
export const limitDetails = ({ timeout, heartbeat }: TaskLimits): JsonObject => ({
  ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
  ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
});

/** The host of a machine that runs without a service around it. */
export const plainHost: Host = {
  taskNotes: (resource) => ({
    prefix: 'Task',
    scheduled: (parameters, limits) => ({ resource, parameters, ...limitDetails(limits) }),
    resource: { resource },
  }),
  mapRunId: ({ StateMachine }, label, uuid) => `${StateMachine.Id}/${label}:${uuid}`,
  childId: ({ Execution }, label, name) => `${Execution.Id}/${label}:${name}`,
};
