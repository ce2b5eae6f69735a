import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, type JsonObject } from '../contracts.ts';
import { errorOf } from './errors.ts';
import { putPartly } from './partialPut.ts';
import type { FaultPlan } from './plan.ts';
import { DoomedQueries } from './queries.ts';
import type { Fault } from './rules.ts';

export interface Call {
  service: string;
  operation: string;
  input: JsonObject;
  next(input: JsonObject): Promise<JsonObject>;
}

/** What happens to a call of an awsJson service: faults of its connection are its transport's matter. */
export class FaultyCalls {
  readonly #plan: FaultPlan;
  readonly #queries = new DoomedQueries();

  constructor(plan: FaultPlan) {
    this.#plan = plan;
  }

  /** Throws AwsError where the service would. `fault` undefined: the call goes well. */
  async run(call: Call, fault: Fault | undefined): Promise<JsonObject> {
    const answer = fault === undefined ? await call.next(call.input) : await this.#suffer(call, fault);
    if (call.service !== 'athena') return answer;
    if (call.operation === 'GetQueryExecution') return this.#queries.seen(answer);
    if (call.operation === 'GetQueryResults' && this.#queries.knows(call.input))
      throw new AwsError('InvalidRequestException', 'Query has not finished successfully.');
    return answer;
  }

  async #suffer(call: Call, fault: Fault): Promise<JsonObject> {
    this.#plan.injected(fault, call.service, call.operation);
    switch (fault.kind) {
      case 'partlyThrottled':
        return putPartly(call.input, fault.dice, call.next);
      case 'answerLate': {
        const answer = await call.next(call.input);
        await sleep(fault.ms);
        return answer;
      }
      case 'effectLate':
        await sleep(fault.ms);
        return call.next(call.input);
      case 'alreadyExists':
        await call.next(call.input);
        break;
      default:
        if (!DoomedQueries.dooms(fault.kind)) break;
        return this.#doomed(call, fault);
    }
    const error = errorOf(fault.kind, call.service);
    if (error) throw error;
    return call.next(call.input);
  }

  async #doomed(call: Call, fault: Fault): Promise<JsonObject> {
    const answer = await call.next(call.input);
    this.#queries.doom(answer, fault);
    return answer;
  }
}
