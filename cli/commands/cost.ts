import { readFileSync } from 'node:fs';
import { readTemplate } from 'headrace-emulator/template';
import { z } from 'zod';
import { CliError } from '../../client/failure.ts';
import { count } from '../../client/format.ts';
import type { Command, Invocation } from '../command.ts';
import { assumptions } from '../planner/assumptions.ts';
import { bytesRead } from '../planner/cost/columnBytes.ts';
import { type CostEstimate, changeSince, estimate } from '../planner/cost/estimate.ts';
import { factsOf } from '../planner/facts.ts';
import { packageOf, packageOptions, packageUsage } from '../planner/packageOf.ts';
import { DEFAULT_PRICES, readPrices } from '../planner/prices.ts';
import { changesOf, profileOf, profileOptions } from '../planner/profile.ts';
import { DEFAULT_STAGE } from '../planner/stages.ts';
import type { Screen } from '../screen.ts';

const usage = `
headrace cost [--profile RATE] [--stage STAGE] [--set PARAM=VALUE] [--prices FILE] [--compare FILE]

What a month of a stage costs, service by service, and a million events: reckoned from the packaged template, a list of
prices, and assumptions, all of which it shows. An estimate; docs/reference/cost.md says what is in it. Needs no account.

  --profile RATE            events a second: 10eps, 100eps (default), 2.5keps
  --event-bytes N           of a canonical event (default 800)
  --events-per-request N    (default 10)
  --analysts-tb N           TB a month that people's own queries scan (default 0)
  --crawls N                crawls of raw/ a month (default 4)
  --month N                 storage is that of the N-th month (default 12)
  --runs N                  runs of the ETL a month (default: the stage's schedule)
  --prices FILE             (default ${DEFAULT_PRICES})
${packageUsage(28)}
  --compare FILE            an earlier answer (--json): shows what changed
  --assumptions             also what is taken for granted, with its unit

The stage is ${DEFAULT_STAGE} unless --stage says otherwise. --data is not used.`;

const earlier = z.object({
  usdPerMonth: z.number(),
  services: z.array(z.object({ service: z.string(), usd: z.number(), usdPerMillionEvents: z.number() })),
});

export const cost: Command = {
  name: 'cost',
  usage,
  positionals: false,
  options: {
    profile: { type: 'string', default: '100eps' },
    ...Object.fromEntries(Object.keys(profileOptions).map((name) => [name, { type: 'string' } as const])),
    runs: { type: 'string' },
    prices: { type: 'string' },
    stage: { type: 'string', default: DEFAULT_STAGE },
    ...packageOptions,
    compare: { type: 'string' },
    assumptions: { type: 'boolean', default: false },
  },
  run: async (invocation) => {
    const profile = profileOf(invocation.option('profile') ?? '', changesOf(invocation.option));
    const prices = readPrices(invocation.option('prices'));
    const { stage } = invocation;
    if (stage === 'local')
      throw new CliError(
        '--stage: "local" runs on your machine and costs nothing',
        `Name a stage that is deployed, such as ${DEFAULT_STAGE}.`,
      );
    const packaged = await packageOf(stage, invocation);
    const found = estimate(profile, factsOf(readTemplate(packaged), runsOf(invocation)), prices);
    const before = earlierOf(invocation.option('compare'));
    const changes = before && { from: before.usdPerMonth, services: changeSince(found, before) };
    show(invocation.screen, stage, found);
    if (invocation.flag('assumptions')) showAssumptions(invocation.screen, found);
    if (changes) showChange(invocation.screen, found, changes);
    return { ok: true, document: { stage, ...found, ...(changes ? { changes } : {}) } };
  },
};

const runsOf = (invocation: Invocation): number | undefined => {
  const text = invocation.option('runs');
  if (text === undefined) return undefined;
  const runs = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(runs) && runs >= 0) return runs;
  throw new CliError(`--runs: "${text}" is not a whole number from 0`);
};

const earlierOf = (path: string | undefined): z.infer<typeof earlier> | undefined => {
  if (path === undefined) return undefined;
  try {
    return earlier.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new CliError(
      `--compare: ${path} is not an earlier answer of this command`,
      'Make one with `headrace cost --json > FILE`.',
      { cause },
    );
  }
};

const dollars = (usd: number): string =>
  usd.toLocaleString('en-US', {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: usd < 10 ? 2 : 0,
  });

const show = (screen: Screen, stage: string, found: CostEstimate): void => {
  const { profile, prices, services, usdPerMonth, usdPerMillionEvents } = found;
  screen.heading(
    `${stage} at ${count(profile.eventsPerSecond)} events a second, ${count(profile.eventBytes)} bytes each, in month ${profile.month}`,
  );
  const rows = [...services, { service: 'all', usd: usdPerMonth, usdPerMillionEvents }];
  screen.table(
    ['service', 'USD a month', 'USD a million events'],
    rows.map(({ service, usd, usdPerMillionEvents: million }) => [
      service,
      usd.toFixed(2),
      million.toFixed(4),
    ]),
  );
  const dearest = [...found.items].sort((a, b) => b.usd - a.usd).slice(0, 8);
  screen.say('Most of it:');
  for (const { service, what, quantity, unit, usd } of dearest)
    screen.say(`  ${dollars(usd).padStart(8)}  ${service}: ${what} (${count(Math.round(quantity))} ${unit})`);
  screen.say(
    `At list prices of ${prices.region}, ${prices.asOf}, without free tiers. Another region: --prices FILE.`,
  );
  screen.say(
    'What is taken for granted: --assumptions shows it, docs/reference/planner.md where it comes from.',
  );
};

/** What nobody can read from a template, with its unit, and what of an event each query reads. */
const showAssumptions = (screen: Screen, { profile, assumptions: used, queries }: CostEstimate): void => {
  screen.heading('Taken for granted');
  const { name: _name, ...shape } = profile;
  screen.table(
    ['what', 'value', 'unit'],
    Object.entries({ ...shape, ...used }).map(([key, value]) => [key, String(value), unitOf(key)]),
  );
  const eventBytes = profile.eventBytes * profile.parquetRatio;
  screen.heading(`Of the ${eventBytes.toFixed(0)} Parquet bytes of an event, a query reads`);
  screen.table(
    ['query', 'bytes'],
    [...queries.checks, ...queries.marts, ...queries.warnings].map(({ name, scans }) => [
      name,
      scans.reduce((sum, columns) => sum + bytesRead(columns, eventBytes), 0).toFixed(0),
    ]),
  );
};

const units: Readonly<Record<string, { unit: string }>> = assumptions;

const unitOf = (name: string): string =>
  (Object.hasOwn(units, name) ? units[name]?.unit : undefined) ??
  (name === 'eventsPerSecond' ? 'events/s' : '');

const showChange = (
  screen: Screen,
  { usdPerMonth }: CostEstimate,
  changes: { from: number; services: ReturnType<typeof changeSince> },
): void => {
  const same = changes.services.length === 0;
  screen.say(
    same
      ? '\nThe same as before.'
      : `\nChanged: ${changes.from.toFixed(2)} → ${usdPerMonth.toFixed(2)} USD a month`,
  );
  for (const { service, from, to } of changes.services)
    screen.say(`  ${service}: ${from.toFixed(2)} → ${to.toFixed(2)}`);
};
