import { StatesError } from 'headrace-asl';
import { AwsError } from '../../contracts.ts';

/**
 * A service's error as Step Functions reports it: `Service.ShapeException`, Java's names of the shapes. An action
 * the emulator does not emulate is no failure a machine may catch.
 */
export const serviceFailure = (service: string, error: unknown, requestId: string): StatesError => {
  if (error instanceof StatesError) return error;
  if (!(error instanceof AwsError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new StatesError('States.Runtime', `Emulator: ${service} failed: ${text}`);
  }
  if (error.code === 'UnknownOperationException') return new StatesError('States.Runtime', error.message);
  const shape = error.code.endsWith('Exception') ? error.code : `${error.code}Exception`;
  const origin = `(Service: ${service}, Status Code: ${error.status}, Request ID: ${requestId})`;
  return new StatesError(`${service}.${shape}`, `${error.message} ${origin}`);
};
