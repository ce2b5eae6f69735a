import type { Json } from './values.ts';

/** One attempt of a Task state, for whoever runs it. */
export interface TaskCall {
  resource: string;
  /** Parameters as the state computed them */
  input: Json;
  /** the role in whose name services are called: of the state's Credentials, else of the state machine */
  roleArn: string;
  /** `$$.Task.Token` of a resource that ends in `.waitForTaskToken`: whoever hands it back ends the task */
  taskToken: string | undefined;
  executionArn: string;
  /** Aborted when the task timed out, its branch failed or the execution was stopped: give up what was started. */
  signal: AbortSignal;
  /** The task lives: starts HeartbeatSeconds anew. */
  heartbeat(): void;
  /** A job was started that the task now waits for (`.sync`): what starting it answered. */
  submitted(output: Json): void;
}

/** Runs tasks: the only way out of the interpreter. */
export interface TaskRunner {
  /**
   * Why a resource cannot be called here, or not with Credentials; undefined when it can. Asked before a definition is
   * accepted.
   */
  refusal(resource: string, asked: { credentials: boolean }): string | undefined;
  /** Whether tasks of this resource report heartbeats; HeartbeatSeconds has no meaning for others, as on AWS. */
  heartbeats?(resource: string): boolean;
  /** Throws StatesError with the error name Retry and Catch match. */
  run(call: TaskCall): Promise<Json>;
}
