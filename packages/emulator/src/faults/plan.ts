import { createHash } from 'node:crypto';
import { DEFAULT_MS, type Fault, type FaultKind, type FaultRule } from './rules.ts';

export interface PlanOptions {
  seed: string;
  rules: readonly FaultRule[];
  /** Told of every fault at the moment it is injected. */
  onFault?: ((kind: FaultKind, service: string, operation: string) => void) | undefined;
}

/**
 * Decides call by call. What happens to the n-th call of an operation follows from the seed, the operation and n
 * alone: not from the time, nor from what other operations are called in between.
 */
export class FaultPlan {
  readonly #options: PlanOptions;
  readonly #calls = new Map<string, number>();
  readonly #counts = new Map<FaultKind, number>();
  #stopped = false;

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  /** The first rule that applies; counted only when it is `injected`. */
  decide(service: string, operation: string): Fault | undefined {
    if (this.#stopped) return undefined;
    const name = `${service} ${operation}`;
    const n = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, n);
    for (const [index, rule] of this.#options.rules.entries()) {
      if (rule.service !== service) continue;
      if (rule.operation !== undefined && rule.operation !== operation) continue;
      const [first, dice] = this.#dice(name, n, index);
      const hit = rule.calls?.includes(n) === true || first < (rule.probability ?? 0);
      if (hit) return { kind: rule.kind, ms: rule.ms ?? DEFAULT_MS, dice, reason: rule.reason };
    }
    return undefined;
  }

  injected(fault: Fault, service: string, operation: string): void {
    this.#counts.set(fault.kind, (this.#counts.get(fault.kind) ?? 0) + 1);
    this.#options.onFault?.(fault.kind, service, operation);
  }

  /** Faults injected so far, by kind. */
  counts(): Partial<Record<FaultKind, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** From now on nothing goes wrong any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Two numbers in [0, 1). */
  #dice(name: string, n: number, rule: number): [number, number] {
    const digest = createHash('sha256').update(`${this.#options.seed}\0${name}\0${n}\0${rule}`).digest();
    return [digest.readUInt32BE(0) / 2 ** 32, digest.readUInt32BE(4) / 2 ** 32];
  }
}
