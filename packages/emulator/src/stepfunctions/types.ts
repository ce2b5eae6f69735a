import type { JsonService } from '../contracts.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface MachineRow {
  arn: string;
  name: string;
  roleArn: string;
  definition: string;
  /** counts the definitions the machine has had */
  revision: number;
  /** epoch ms */
  createdMs: number;
  updatedMs: number;
}

export interface ExecutionRow {
  id: number;
  arn: string;
  machineArn: string;
  name: string;
  /** the machine's revision it runs */
  revision: number;
  status: ExecutionStatus;
  startMs: number;
  stopMs: number | null;
  input: string;
  output: string | null;
  error: string | null;
  cause: string | null;
}

/** How an execution came out, for those who wait for it inside the process. */
export type Ending = Pick<ExecutionRow, 'arn' | 'status' | 'output' | 'error' | 'cause'>;

/** Step Functions: the API, and what the emulator itself needs of it. */
export interface StepFunctions extends JsonService {
  /**
   * Creates the state machine or gives it a new definition: what booting from a template does, again and again.
   * Returns its ARN. Throws AwsError('InvalidDefinition') for what is wrong or not emulated.
   */
  deploy(name: string, definition: string, roleArn: string): string;
  /** Resolves when the execution has ended; at once if it has. Throws AwsError('ExecutionDoesNotExist'). */
  ended(executionArn: string): Promise<Ending>;
  /** Aborts what still runs, and stores everything. */
  close(): Promise<void>;
}
