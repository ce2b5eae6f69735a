import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Limits } from './limits.ts';
import type { Traffic } from './traffic.ts';

export const USAGE = `npm run simulate -- [--rate 100] [--hours 24] [--json] …

A day of a stage, from its packaged template, with a campaign in it: lag, throttles, objects, builds, cost.
docs/scaling.md says what the model is and how well it agrees with measured runs.

  --rate N                events a second on the mean of an ordinary day (default 100)
  --hours N               (default 24)
  --burst N               height of the campaign in means (default 20; 1: none)
  --burst-at HOUR         when it begins (default 12, or half of --hours)
  --event-bytes N         (default 800)
  --events-per-request N  (default 10)
  --new-stream            an on-demand stream that has seen no traffic yet
  --stage STAGE           whose template (default prod)
  --package DIR           a package folder; by default the stage is packaged
  --seed N                (default 1)
  --check                 compares the model with measured runs of the local stage instead

What would change with other limits:
  --door-rate N --door-burst N --account-rate N --concurrency N --shards N --stream-bytes N --build-max-bytes N`;

const amount = z.coerce.number().positive();

const shape = z.object({
  rate: amount.default(100),
  hours: amount.max(24 * 31).default(24),
  burst: z.coerce.number().min(1).default(20),
  'burst-at': z.coerce.number().min(0).optional(),
  'event-bytes': amount.default(800),
  'events-per-request': z.coerce.number().min(1).max(5_000).default(10),
  'new-stream': z.boolean().default(false),
  stage: z.string().default('prod'),
  package: z.string().optional(),
  seed: z.coerce.number().int().min(0).default(1),
  check: z.boolean().default(false),
  json: z.boolean().default(false),
  help: z.boolean().default(false),
  'door-rate': amount.optional(),
  'door-burst': amount.optional(),
  'account-rate': amount.optional(),
  concurrency: amount.optional(),
  shards: z.coerce.number().int().positive().optional(),
  'stream-bytes': amount.optional(),
  'build-max-bytes': amount.optional(),
});

export type Options = z.infer<typeof shape>;

const flags = new Set(['new-stream', 'check', 'json', 'help']);

/** Throws what parseArgs and zod say of an option that is unknown or out of range. */
export const readOptions = (args: readonly string[]): Options => {
  const names = Object.keys(shape.shape);
  const options = Object.fromEntries(
    names.map((name) => [name, { type: flags.has(name) ? ('boolean' as const) : ('string' as const) }]),
  );
  const { values } = parseArgs({ args: [...args], options });
  return shape.parse(values);
};

export const trafficOf = (options: Options): Traffic => ({
  eventsPerSecond: options.rate,
  eventsPerRequest: options['events-per-request'],
  eventBytes: options['event-bytes'],
  hours: options.hours,
  burst: options.burst,
  burstAtHour: options['burst-at'] ?? Math.min(12, options.hours / 2),
  diurnal: true,
});

/** The template's and the account's limits with those that were given. */
export const withGiven = (limits: Limits, options: Options): Limits => ({
  ...limits,
  doorRate: options['door-rate'] ?? limits.doorRate,
  doorBurst: options['door-burst'] ?? options['door-rate'] ?? limits.doorBurst,
  accountRate: options['account-rate'] ?? limits.accountRate,
  accountBurst: Math.max(limits.accountBurst, (options['account-rate'] ?? 0) / 2),
  concurrency: options.concurrency ?? limits.concurrency,
  stream: {
    onDemand: options.shards === undefined && limits.stream.onDemand,
    shards: options.shards ?? limits.stream.shards,
    ceilingBytes: options['stream-bytes'] ?? limits.stream.ceilingBytes,
  },
  buildMaxBytes: options['build-max-bytes'] ?? limits.buildMaxBytes,
});
