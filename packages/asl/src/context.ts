import type { Json } from './values.ts';

/**
 * The context object of an execution, `$$` or `$states.context`, as it is when the execution starts. Ids are of any
 * form: states only hand them on. `StartTime` is ISO 8601 with milliseconds.
 */
export interface ExecutionContext {
  Execution: {
    Id: string;
    Input: Json;
    Name: string;
    RoleArn: string;
    StartTime: string;
    RedriveCount: number;
    /** once the execution was redriven */
    RedriveTime?: string;
  };
  StateMachine: { Id: string; Name: string };
}
