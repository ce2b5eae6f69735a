import { z } from 'zod';
import { CliError } from '../../../client/failure.ts';
import { assumptions } from '../assumptions.ts';
import type { StageLimits } from './limits.ts';
import type { Traffic } from './traffic.ts';

/** What is wanted of an option's value, in the words of an error, and the schema that holds it to that. */
interface Wanted {
  what: string;
  schema: z.ZodType<number>;
}

const MOST_HOURS = 24 * 31;
const MOST_EVENTS = 5_000;

const number = z.coerce.number();
const aboveZero: Wanted = { what: 'a number above 0', schema: number.positive() };
const wholeFrom = (least: number): Wanted => ({
  what: `a whole number from ${least}`,
  schema: number.int().min(least),
});

/** Each option that takes a number. The command declares them to parseArgs by these names. */
const wanted = {
  rate: aboveZero,
  hours: { what: `a number above 0, and at most ${MOST_HOURS}`, schema: number.positive().max(MOST_HOURS) },
  burst: { what: 'a number from 1', schema: number.min(1) },
  'burst-at': { what: 'a number from 0', schema: number.min(0) },
  'event-bytes': aboveZero,
  'events-per-request': {
    what: `a number from 1 to ${MOST_EVENTS}`,
    schema: number.min(1).max(MOST_EVENTS),
  },
  seed: wholeFrom(0),
  'door-rate': aboveZero,
  'door-burst': aboveZero,
  'account-rate': aboveZero,
  concurrency: aboveZero,
  shards: wholeFrom(1),
  'stream-bytes': aboveZero,
  'build-max-bytes': aboveZero,
} satisfies Record<string, Wanted>;

type NumberOption = keyof typeof wanted;

export const numberOptions: readonly string[] = Object.keys(wanted);

/** The day that is asked for. */
export interface DayOptions {
  traffic: Traffic;
  seed: number;
  /** an on-demand stream that has seen no traffic yet */
  newStream: boolean;
  /** what takes the place of the template's and the account's own */
  changed: (limits: StageLimits) => StageLimits;
}

type Read = (name: NumberOption) => number | undefined;

const numberOf = (name: string, text: string | undefined, { what, schema }: Wanted): number | undefined => {
  if (text === undefined) return undefined;
  // An empty text would be 0.
  const parsed = schema.safeParse(text.trim() === '' ? Number.NaN : text);
  if (parsed.success) return parsed.data;
  throw new CliError(`--${name}: "${text}" is not ${what}`, 'headrace simulate --help lists the options.');
};

/** Throws CliError for a value that is not what its option takes. */
export const dayOptions = (
  option: (name: string) => string | undefined,
  flag: (name: string) => boolean,
): DayOptions => {
  // All of them, so that a wrong one is told even where it would not be used.
  const values = new Map<string, number | undefined>(
    Object.entries(wanted).map(([name, one]) => [name, numberOf(name, option(name), one)]),
  );
  const given: Read = (name) => values.get(name);
  return {
    traffic: trafficOf(given),
    seed: given('seed') ?? 1,
    newStream: flag('new-stream'),
    changed: (limits) => withGiven(limits, given),
  };
};

const trafficOf = (given: Read): Traffic => {
  const hours = given('hours') ?? 24;
  return {
    eventsPerSecond: given('rate') ?? 100,
    eventsPerRequest: given('events-per-request') ?? assumptions.eventsPerRequest.value,
    eventBytes: given('event-bytes') ?? assumptions.eventBytes.value,
    hours,
    burst: given('burst') ?? 20,
    burstAtHour: given('burst-at') ?? Math.min(12, hours / 2),
    diurnal: true,
  };
};

const withGiven = (limits: StageLimits, given: Read): StageLimits => ({
  ...limits,
  doorRate: given('door-rate') ?? limits.doorRate,
  doorBurst: given('door-burst') ?? given('door-rate') ?? limits.doorBurst,
  accountRate: given('account-rate') ?? limits.accountRate,
  accountBurst: Math.max(limits.accountBurst, (given('account-rate') ?? 0) / 2),
  concurrency: given('concurrency') ?? limits.concurrency,
  stream: {
    onDemand: given('shards') === undefined && limits.stream.onDemand,
    shards: given('shards') ?? limits.stream.shards,
    ceilingBytes: given('stream-bytes') ?? limits.stream.ceilingBytes,
  },
  buildMaxBytes: given('build-max-bytes') ?? limits.buildMaxBytes,
});
