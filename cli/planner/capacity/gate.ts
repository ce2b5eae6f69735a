import { assumptions } from '../assumptions.ts';
import type { Cause, Clients, SentRequests } from './clients.ts';
import type { StageLimits } from './limits.ts';

/** A token bucket that is asked once a step. */
class Bucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;

  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** How many of so many it lets through in the next `seconds`. */
  take(wanted: number, seconds: number): number {
    const room = this.#tokens + this.#rate * seconds;
    const taken = Math.min(wanted, room);
    this.#tokens = Math.min(this.#burst, room - taken);
    return taken;
  }
}

const sumOf = (sent: readonly SentRequests[]): number =>
  sent.reduce((sum, { requests }) => sum + requests, 0);

/** API Gateway's two throttles and Lambda's: which requests reach collect. */
export class Gate {
  readonly #route: Bucket;
  readonly #account: Bucket;
  readonly #newEnvironments: Bucket;
  readonly #limits: StageLimits;
  #environments = 0;
  /** executions of collect at once, at most */
  mostConcurrent = 0;

  constructor(limits: StageLimits) {
    this.#limits = limits;
    this.#route = new Bucket(limits.doorRate, limits.doorBurst);
    this.#account = new Bucket(limits.accountRate, limits.accountBurst);
    const newInTenSeconds = assumptions.environmentsPerTenSeconds.value;
    this.#newEnvironments = new Bucket(newInTenSeconds / 10, newInTenSeconds);
  }

  /** Past API Gateway: the rest goes back to the clients. */
  throttle(sent: readonly SentRequests[], clients: Clients, index: number, seconds: number): SentRequests[] {
    const byRoute = letThrough(sent, this.#route.take(sumOf(sent), seconds), 'route', clients, index);
    return letThrough(byRoute, this.#account.take(sumOf(byRoute), seconds), 'account', clients, index);
  }

  /**
   * Into collect, with so many environments to be had beside what holds some already (`held`, calls that wait for the
   * stream): as many calls as fit their duration, and ten a second of each environment at most.
   */
  invoke(
    sent: readonly SentRequests[],
    room: number,
    held: number,
    clients: Clients,
    index: number,
    seconds: number,
  ): SentRequests[] {
    const collectSeconds = assumptions.collectSeconds.value;
    const wanted = (sumOf(sent) / seconds) * collectSeconds + held;
    const missing = Math.max(0, Math.min(wanted, room) - this.#environments);
    this.#environments += this.#newEnvironments.take(missing, seconds);
    const usable = Math.max(0, Math.min(room, this.#environments) - held);
    const byDuration = (usable * seconds) / collectSeconds;
    const byRate = this.#limits.concurrency * assumptions.requestsPerEnvironmentSecond.value * seconds;
    const passed = letThrough(sent, Math.min(byDuration, byRate), 'lambda', clients, index);
    const concurrent = (sumOf(passed) / seconds) * collectSeconds + held;
    this.mostConcurrent = Math.max(this.mostConcurrent, concurrent);
    return passed;
  }
}

const letThrough = (
  sent: readonly SentRequests[],
  room: number,
  cause: Cause,
  clients: Clients,
  index: number,
): SentRequests[] => {
  const wanted = sumOf(sent);
  if (wanted <= room + 1e-9) return [...sent];
  const share = room / wanted;
  for (const one of sent) clients.turnAway({ ...one, requests: one.requests * (1 - share) }, cause, index);
  return sent.map((one) => ({ ...one, requests: one.requests * share }));
};
