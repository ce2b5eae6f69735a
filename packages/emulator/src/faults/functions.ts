import { functionNameOf, type RuntimeOptions } from '../lambda/runtime.ts';
import type { FaultPlan } from './plan.ts';

const SERVICE = 'lambda';

/** `orders-dev-accept` is the function with the key `accept`. */
const keyOf = (name: string): string => functionNameOf(name).split('-').at(-1) ?? name;

/** Calls of functions, whoever makes them: the API, the event source mapping or the state machine. */
export const faultyFunctions =
  (plan: FaultPlan): NonNullable<RuntimeOptions['onInvoke']> =>
  (name) => {
    const fault = plan.decide(SERVICE, keyOf(name));
    if (fault === undefined) return undefined;
    plan.injected(fault, SERVICE, keyOf(name));
    const afterMs = Math.round(fault.ms * fault.dice);
    switch (fault.kind) {
      case 'functionKilled':
        return { kind: 'kill', afterMs };
      case 'functionTimedOut':
        return { kind: 'timeout', afterMs };
      case 'functionTwice':
        return { kind: 'twice' };
      case 'functionThrottled':
        return { kind: 'throttle' };
      case 'serverError':
        return { kind: 'serviceError' };
      default:
        throw new Error(`A function cannot suffer ${fault.kind}`);
    }
  };
