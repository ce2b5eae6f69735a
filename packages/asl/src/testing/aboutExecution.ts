import type { ExecutionContext } from '../execution.ts';
import type { Json } from '../values.ts';

/** A context object of an execution of the first day of November 2026. */
export const aboutExecution = (input: Json): ExecutionContext => ({
  Execution: {
    Id: 'arn:aws:states:us-east-1:000000000000:execution:m:e',
    Input: input,
    Name: 'e',
    RoleArn: 'arn:aws:iam::000000000000:role/r',
    StartTime: '2026-11-01T00:00:00.000Z',
    RedriveCount: 0,
  },
  StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:m', Name: 'm' },
});
