import type { StatesError } from '../errors.ts';
import { failureDetails, inputDetails, outputDetails } from '../history.ts';
import type { JsonObject, Payload } from '../values.ts';
import type { Visit } from '../visit.ts';

interface Limits {
  timeout: number | undefined;
  heartbeat: number | undefined;
}

/** The events of one attempt of a task. */
export interface TaskEvents {
  scheduled(visit: Visit, input: Payload, limits: Limits): void;
  started(visit: Visit): void;
  submitted(visit: Visit, output: Payload): void;
  succeeded(visit: Visit, output: Payload): void;
  failed(visit: Visit, error: StatesError): void;
  timedOut(visit: Visit, error: StatesError): void;
}

/** A function called by its own ARN has events of its own; everything else, lambda:invoke too, is a Task. */
export const taskEvents = (resource: string): TaskEvents =>
  resource.startsWith('arn:aws:lambda:') ? functionEvents(resource) : integrationEvents(resource);

const seconds = ({ timeout, heartbeat }: Limits): JsonObject => ({
  ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
  ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
});

const functionEvents = (resource: string): TaskEvents => ({
  scheduled: (visit, input, { timeout }) =>
    visit.event('LambdaFunctionScheduled', {
      lambdaFunctionScheduledEventDetails: {
        ...inputDetails(input),
        resource,
        ...seconds({ timeout, heartbeat: undefined }),
      },
    }),
  started: (visit) => visit.event('LambdaFunctionStarted'),
  submitted: () => {},
  succeeded: (visit, output) =>
    visit.event('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: outputDetails(output) }),
  failed: (visit, error) =>
    visit.event('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: failureDetails(error) }),
  timedOut: (visit, error) =>
    visit.event('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: failureDetails(error) }),
});

/**
 * `arn:aws:states:::aws-sdk:glue:startCrawler` is resource `startCrawler` of type `aws-sdk:glue`,
 * `arn:aws:states:::states:startExecution.sync:2` is `startExecution.sync:2` of `states`.
 */
const integrationEvents = (arn: string): TaskEvents => {
  const parts = arn.split(':').slice(5);
  const last = parts.pop() ?? '';
  const resource = /^\d+$/.test(last) ? `${parts.pop() ?? ''}:${last}` : last;
  const which: JsonObject = { resourceType: parts.join(':'), resource };
  return {
    scheduled: (visit, input, limits) => {
      const details = {
        ...which,
        region: visit.execution.region,
        parameters: input.text,
        ...seconds(limits),
      };
      visit.event('TaskScheduled', { taskScheduledEventDetails: details });
    },
    started: (visit) => visit.event('TaskStarted', { taskStartedEventDetails: which }),
    submitted: (visit, output) =>
      visit.event('TaskSubmitted', { taskSubmittedEventDetails: { ...which, ...outputDetails(output) } }),
    succeeded: (visit, output) =>
      visit.event('TaskSucceeded', { taskSucceededEventDetails: { ...which, ...outputDetails(output) } }),
    failed: (visit, error) =>
      visit.event('TaskFailed', { taskFailedEventDetails: { ...which, ...failureDetails(error) } }),
    timedOut: (visit, error) =>
      visit.event('TaskTimedOut', { taskTimedOutEventDetails: { ...which, ...failureDetails(error) } }),
  };
};
