import type { ExecutionContext } from '../context.ts';
import type { Json } from '../values.ts';

/** A context object of an execution of the first day of November 2026. */
export const aboutExecution = (input: Json): ExecutionContext => ({
  Execution: {
    Id: 'execution:m:e',
    Input: input,
    Name: 'e',
    RoleArn: 'role:r',
    StartTime: '2026-11-01T00:00:00.000Z',
    RedriveCount: 0,
  },
  StateMachine: { Id: 'machine:m', Name: 'm' },
});
