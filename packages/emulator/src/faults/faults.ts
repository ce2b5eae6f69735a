import { setTimeout as sleep } from 'node:timers/promises';
import { StatesError } from 'headrace-asl';
import type { AwsError, JsonService } from '../contracts.ts';
import type { Intercept, Interference } from '../endpoint/types.ts';
import type { RuntimeOptions } from '../lambda/runtime.ts';
import type { MeddleWithDatabase } from '../rds/front.ts';
import { FaultyCalls } from './calls.ts';
import { errorOf } from './errors.ts';
import { faultyFunctions } from './functions.ts';
import { FaultPlan, type PlanOptions } from './plan.ts';
import type { Fault, FaultKind } from './rules.ts';

type Answer = Exclude<Interference['answer'], 'gone'>;

/** Faults of an emulator: pass it to startEmulator. */
export interface Faults {
  /** calls of AWS's APIs over HTTP */
  intercept: Intercept;
  /** requests of clients to the HTTP API */
  interceptHttpApi: (path: string) => Answer | 'drop';
  /** connections to databases of RDS, and their COMMITs */
  meddleWithDatabase: MeddleWithDatabase;
  onInvoke: NonNullable<RuntimeOptions['onInvoke']>;
  /** A service as the state machines of the emulator call it, in the same process. */
  inProcess(service: JsonService): JsonService;
  /** From now on nothing goes wrong any more. What was put off until later still comes. */
  stop(): void;
  /** When every call has taken effect whose caller was sent away with `droppedEffectLate`. */
  settled(): Promise<void>;
  /** Faults injected so far, by kind. */
  counts(): Partial<Record<FaultKind, number>>;
}

/** The HTTP API's name among the services of the rules. */
const HTTP_API = 'httpApi';

/** The databases' name among the services of the rules. */
const DATABASE = 'rds';

interface FaultsOptions extends PlanOptions {
  /** Calls over HTTP with this access key id go well: those of whoever watches. */
  spared?: string;
}

/** Makes things go wrong by rules and a seed: the same seed does the same to the n-th call of an operation. */
export const createFaults = (options: FaultsOptions): Faults => {
  const plan = new FaultPlan(options);
  const calls = new FaultyCalls(plan);
  const late = new LateCalls();
  return {
    intercept: async ({ service, operation, accessKeyId }) => {
      if (accessKeyId === options.spared) return undefined;
      const fault = plan.decide(service, operation);
      const around: Interference['around'] = (input, next) =>
        calls.run({ service, operation, input, next }, fault && isOfConnection(fault) ? undefined : fault);
      if (fault === undefined) return service === 'athena' ? { around } : undefined;
      if (fault.kind === 'droppedEffectLate') {
        plan.injected(fault, service, operation);
        return { around, answer: 'gone', beforeMs: delayOf(fault), done: late.begin() };
      }
      return interference(plan, fault, service, operation, around);
    },
    interceptHttpApi: (path) => {
      const fault = plan.decide(HTTP_API, path);
      if (fault === undefined) return undefined;
      plan.injected(fault, HTTP_API, path);
      return fault.kind === 'droppedBefore' ? 'drop' : answerTo(fault);
    },
    meddleWithDatabase(operation) {
      const fault = plan.decide(DATABASE, operation);
      if (fault === undefined) return undefined;
      plan.injected(fault, DATABASE, operation);
      return fault.kind === 'droppedBefore' ? 'drop' : 'cut';
    },
    onInvoke: faultyFunctions(plan),
    inProcess: (service) => {
      const { name, targetPrefix, jsonVersion } = service;
      const call: JsonService['call'] = (operation, input, context) => {
        const fault = plan.decide(name, operation);
        const next = (given: typeof input) => service.call(operation, given, context);
        if (!fault || !isOfConnection(fault))
          return calls.run({ service: name, operation, input, next }, fault);
        plan.injected(fault, name, operation);
        return brokenConnection(name, fault, () => next(input), late);
      };
      return { name, targetPrefix, jsonVersion, call };
    },
    stop: () => plan.stop(),
    settled: () => late.settled(),
    counts: () => plan.counts(),
  };
};

/** Calls that nobody waits for any more, and that are yet to be done. */
class LateCalls {
  readonly #underWay = new Set<Promise<void>>();

  /** Tell what it returns once the call is done. */
  begin(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underWay.add(promise);
    return () => {
      this.#underWay.delete(promise);
      resolve();
    };
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}

const isOfConnection = ({ kind }: Fault): boolean =>
  kind === 'droppedBefore' || kind === 'droppedAfter' || kind === 'droppedEffectLate';

/** Any time up to the rule's: so some come before the next call, some when another run has gone by. */
const delayOf = ({ ms, dice }: Fault): number => Math.ceil(ms * dice);

const answerTo = (fault: Fault): Answer =>
  fault.kind === 'droppedAfter' ? 'cut' : fault.kind === 'answerLate' ? { lateMs: fault.ms } : undefined;

/** Services with a protocol of their own run their calls themselves: only their body and their answer are within reach. */
const ownProtocol = new Set(['s3', 'dynamodb', 'sqs', 'sns', 'sts']);

const interference = async (
  plan: FaultPlan,
  fault: Fault,
  service: string,
  operation: string,
  around: NonNullable<Interference['around']>,
): Promise<'drop' | Interference> => {
  const count = (): void => plan.injected(fault, service, operation);
  if (isOfConnection(fault)) {
    count();
    return fault.kind === 'droppedBefore' ? 'drop' : { around, answer: 'cut' };
  }
  if (!ownProtocol.has(service)) return { around };
  if (fault.kind === 'conditionFailed') return { inspect: refuseCondition(count, service) };
  count();
  const error = errorOf(fault.kind, service);
  if (error) throw error;
  return { beforeMs: fault.kind === 'effectLate' ? fault.ms : 0, answer: answerTo(fault) };
};

/** Only a call with a condition can fail by one. */
const refuseCondition =
  (count: () => void, service: string) =>
  (body: string): AwsError | undefined => {
    if (!body.includes('"ConditionExpression"')) return undefined;
    count();
    return errorOf('conditionFailed', service);
  };

/** What Step Functions says when its own client hears no answer. */
const brokenConnection = async (
  service: string,
  fault: Fault,
  call: () => Promise<unknown>,
  late: LateCalls,
): Promise<never> => {
  if (fault.kind === 'droppedAfter') await call();
  if (fault.kind === 'droppedEffectLate') {
    // Nobody hears how it ends.
    const done = late.begin();
    void sleep(delayOf(fault)).then(call).then(done, done);
  }
  const name = service.charAt(0).toUpperCase() + service.slice(1);
  throw new StatesError(
    `${name}.SdkClientException`,
    'Injected by the emulator: Unable to execute HTTP request: Connection reset',
  );
};
