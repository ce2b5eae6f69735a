import type { Host, JsonObject, TaskNotes } from 'headrace-asl';
import { limitDetails } from 'headrace-asl';

/** Ids and histories of the interpreter as Step Functions writes them. */
export const stepFunctionsHost = (region: string): Host => ({
  // A function called by its own ARN has events of its own; everything else, lambda:invoke too, is a Task.
  taskNotes: (resource) =>
    resource.startsWith('arn:aws:lambda:') ? functionNotes(resource) : integrationNotes(resource, region),
  mapRunId: ({ StateMachine }, label, uuid) =>
    `${StateMachine.Id.replace(':stateMachine:', ':mapRun:')}/${label}:${uuid}`,
  childId: ({ Execution: { Id } }, label, name) => `${Id.slice(0, Id.lastIndexOf(':'))}/${label}:${name}`,
});

const functionNotes = (resource: string): TaskNotes => ({
  prefix: 'LambdaFunction',
  scheduled: (input, { timeout }) => ({
    input,
    inputDetails: { truncated: false },
    resource,
    ...limitDetails({ timeout, heartbeat: undefined }),
  }),
  resource: {},
});

/**
 * `arn:aws:states:::aws-sdk:glue:startCrawler` is resource `startCrawler` of type `aws-sdk:glue`,
 * `arn:aws:states:::states:startExecution.sync:2` is `startExecution.sync:2` of `states`.
 */
const integrationNotes = (arn: string, region: string): TaskNotes => {
  const parts = arn.split(':').slice(5);
  const last = parts.pop() ?? '';
  const resource = /^\d+$/.test(last) ? `${parts.pop() ?? ''}:${last}` : last;
  const which: JsonObject = { resourceType: parts.join(':'), resource };
  return {
    prefix: 'Task',
    scheduled: (parameters, limits) => ({ ...which, region, parameters, ...limitDetails(limits) }),
    called: parts.join(':'),
    resource: which,
  };
};
