import { randomUUID } from 'node:crypto';
import type { TaskRunner } from 'headrace-asl';
import { StatesError } from 'headrace-asl';
import { athenaAction, runQuery } from './integrations/athena.ts';
import { sdkAction, sdkServices } from './integrations/awsSdk.ts';
import { runExecution, startExecution } from './integrations/childExecution.ts';
import { serviceFailure } from './integrations/errors.ts';
import type { Integration, IntegrationOptions, Surroundings } from './integrations/integration.ts';
import { callFunction, invokeFunction } from './integrations/lambda.ts';

const optimised: { readonly [resource: string]: Integration } = {
  'lambda:invoke': invokeFunction,
  'athena:startQueryExecution': athenaAction('StartQueryExecution'),
  'athena:startQueryExecution.sync': runQuery,
  'athena:getQueryExecution': athenaAction('GetQueryExecution'),
  'athena:getQueryResults': athenaAction('GetQueryResults'),
  'athena:stopQueryExecution': athenaAction('StopQueryExecution'),
  'states:startExecution': startExecution,
  'states:startExecution.sync': runExecution(false),
  'states:startExecution.sync:2': runExecution(true),
};

const integrationPrefix = 'arn:aws:states:::';
const sdkResource = /^aws-sdk:([A-Za-z0-9]+):([A-Za-z0-9]+)$/;

/** Service integrations: what the resources of Task states call. */
export const createIntegrations = (options: IntegrationOptions): TaskRunner => {
  const around = surroundings(options);
  return {
    refusal: (resource, { credentials }) => {
      if (find(resource) === undefined) return refusal(resource);
      return credentials ? "Credentials are not emulated: remove the field 'Credentials'" : undefined;
    },
    run: async (call) => {
      const integration = find(call.resource);
      if (integration === undefined) throw new StatesError('States.Runtime', refusal(call.resource));
      return integration(around, call);
    },
  };
};

const find = (resource: string): Integration | undefined => {
  if (resource.startsWith('arn:aws:lambda:') && resource.includes(':function:')) return callFunction;
  if (!resource.startsWith(integrationPrefix)) return undefined;
  const name = resource.slice(integrationPrefix.length);
  if (Object.hasOwn(optimised, name)) return optimised[name];
  const [, service = '', action = ''] = sdkResource.exec(name) ?? [];
  return sdkAction(service, action);
};

const refusal = (resource: string): string => {
  const known = [...Object.keys(optimised), ...sdkServices.map((name) => `aws-sdk:${name}:*`)].join(', ');
  return `The resource '${resource}' is not emulated. Emulated: functions by ARN, and ${integrationPrefix} with ${known}`;
};

const surroundings = (options: IntegrationOptions): Surroundings => {
  const around: Surroundings = {
    accessKeyOf: (roleArn) => roleArn,
    requestId: randomUUID,
    mayInvoke: () => {},
    ...options,
    callService: async (call, { name, errors }, action, input) => {
      const service = options.service(name);
      if (service === undefined) {
        throw new StatesError('States.Runtime', `Emulator: it runs no service '${name}'`);
      }
      try {
        return await service.call(action, input, { accessKeyId: around.accessKeyOf(call.roleArn) });
      } catch (error) {
        throw serviceFailure(errors, error, around.requestId());
      }
    },
  };
  return around;
};
