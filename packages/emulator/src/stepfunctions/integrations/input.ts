import type { TaskCall } from 'headrace-asl';
import { isObject, type JsonObject, StatesError } from 'headrace-asl';

/** The parameters of an API call are an object. */
export const inputObject = (call: TaskCall): JsonObject => {
  if (isObject(call.input)) return call.input;
  throw new StatesError(
    'States.Runtime',
    `The Parameters of ${call.resource} must be an object, but are: ${JSON.stringify(call.input)}`,
  );
};
