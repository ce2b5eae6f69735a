import { DescribeExecutionCommand, type ExecutionStatus, type SFNClient } from '@aws-sdk/client-sfn';
import type { Runs } from '../ports/runs.ts';
import { calling, isNamed } from './failures.ts';

/** PENDING_REDRIVE is none of them: such a run goes on under its own name. */
const ended: readonly (ExecutionStatus | undefined)[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

export class EtlExecutions implements Runs {
  readonly #client: SFNClient;
  readonly #arn: string;

  /** `arn`: of an execution of the machine, without its name */
  constructor(client: SFNClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  hasEnded(execution: string): Promise<boolean> {
    return calling(`Looking up execution ${execution}`, async () =>
      ended.includes(await this.#status(execution)),
    );
  }

  /** Step Functions does not know one that has just begun at once, nor one that ended months ago. */
  async #status(execution: string): Promise<ExecutionStatus | undefined> {
    try {
      const executionArn = `${this.#arn}:${execution}`;
      return (await this.#client.send(new DescribeExecutionCommand({ executionArn }))).status;
    } catch (error) {
      if (isNamed(error, 'ExecutionDoesNotExist')) return undefined;
      throw error;
    }
  }
}
