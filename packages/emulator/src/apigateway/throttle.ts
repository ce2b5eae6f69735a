import type { HttpApi, Throttle } from './api.ts';

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * The throttles of an API's stage: a token bucket a route, filled `rate` times a second up to `burst`. A request takes
 * one token, or is turned away. Exact, where API Gateway calls its own a target that it does its best to hold.
 */
export class Throttles {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a request to the route may go on. */
  take(api: HttpApi, routeKey: string): boolean {
    const throttle = api.routeThrottles.get(routeKey) ?? api.throttle;
    if (throttle === undefined) return true;
    const bucket = this.#filled(`${api.id} ${routeKey}`, throttle);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #filled(name: string, { rate, burst }: Throttle): Bucket {
    const now = this.#now();
    const bucket = this.#buckets.get(name) ?? { tokens: burst, atMs: now };
    const seconds = Math.max(0, now - bucket.atMs) / 1_000;
    bucket.tokens = Math.min(burst, bucket.tokens + seconds * rate);
    bucket.atMs = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
