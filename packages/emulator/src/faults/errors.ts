import { AwsError } from '../contracts.ts';
import type { FaultKind } from './rules.ts';

/** What each service calls it when it is asked for too much. */
const throttling: Readonly<Record<string, readonly [code: string, status: number]>> = {
  kinesis: ['ProvisionedThroughputExceededException', 400],
  dynamodb: ['ProvisionedThroughputExceededException', 400],
  s3: ['SlowDown', 503],
  athena: ['TooManyRequestsException', 400],
};

const failing: Readonly<Record<string, string>> = {
  kinesis: 'InternalFailure',
  dynamodb: 'InternalServerError',
  s3: 'InternalError',
  athena: 'InternalServerException',
  glue: 'InternalServiceException',
};

const INJECTED = 'Injected by the emulator';

/** The error by which a service answers a fault; undefined for faults that are no answer of a service. */
export const errorOf = (kind: FaultKind, service: string): AwsError | undefined => {
  switch (kind) {
    case 'throttled': {
      const [code, status] = throttling[service] ?? ['ThrottlingException', 400];
      return new AwsError(code, `${INJECTED}: slow down`, status);
    }
    case 'serverError':
      return new AwsError(
        failing[service] ?? 'InternalFailure',
        `${INJECTED}: the service failed`,
        service === 's3' ? 503 : 500,
      );
    case 'conditionFailed':
      return new AwsError('ConditionalCheckFailedException', `${INJECTED}: The conditional request failed`);
    case 'concurrentModification':
      return new AwsError('ConcurrentModificationException', `${INJECTED}: somebody else changes this`);
    case 'alreadyExists':
      return new AwsError('AlreadyExistsException', `${INJECTED}: somebody else has created this`);
    case 'crawlerRunning':
      return new AwsError('CrawlerRunningException', `${INJECTED}: the crawler is already running`);
    default:
      return undefined;
  }
};
