import { readTemplate } from 'headrace-emulator/template';
import type { Command, Invocation, Outcome } from '../command.ts';
import { dayOf } from '../planner/capacity/day.ts';
import { limitsOf, type StageLimits } from '../planner/capacity/limits.ts';
import { dayOptions, numberOptions } from '../planner/capacity/options.ts';
import { linesOf } from '../planner/capacity/report.ts';
import { packageOf, packageOptions, packageUsage } from '../planner/packageOf.ts';
import { readPrices } from '../planner/prices.ts';
import { DEFAULT_STAGE } from '../planner/stages.ts';

const usage = `
headrace simulate [--rate 100] [--hours 24] [--stage STAGE]
headrace simulate --check

A day of a stage, from its packaged template, with a campaign in it: lag, throttles, objects, builds, cost, and which
limit is met first. docs/reference/scaling.md says what the model is and how well it agrees with measured runs. Needs no account.

  --rate N                events a second on the mean of an ordinary day (default 100)
  --hours N               (default 24)
  --burst N               height of the campaign in means (default 20; 1: none)
  --burst-at HOUR         when it begins (default 12, or half of --hours)
  --event-bytes N         (default 800)
  --events-per-request N  (default 10)
  --new-stream            an on-demand stream that has seen no traffic yet
${packageUsage(26)}
  --seed N                (default 1)
  --check                 compares the model with measured runs of the emulator instead

What would change with other limits:
  --door-rate N --door-burst N --account-rate N --concurrency N --shards N --stream-bytes N --build-max-bytes N

The stage is ${DEFAULT_STAGE} unless --stage says otherwise; --check runs local. --data is not used.`;

export const simulate: Command = {
  name: 'simulate',
  usage,
  positionals: false,
  options: {
    ...Object.fromEntries(numberOptions.map((name) => [name, { type: 'string' } as const])),
    stage: { type: 'string', default: DEFAULT_STAGE },
    'new-stream': { type: 'boolean', default: false },
    ...packageOptions,
    check: { type: 'boolean', default: false },
  },
  run: async (invocation) => {
    const { screen, option, flag } = invocation;
    const options = dayOptions(option, flag);
    const stage = flag('check') ? 'local' : invocation.stage;
    const packageDir = await packageOf(stage, invocation);
    const { limits, facts } = limitsOf(readTemplate(packageDir));
    if (flag('check')) return await checked(invocation, packageDir, limits, options.seed);
    const result = dayOf(options, limits, facts, readPrices());
    for (const line of linesOf(result)) screen.say(line);
    return { ok: true, document: result };
  },
};

/** The model beside measured runs; not ok where they differ by more than docs/reference/scaling.md allows. */
const checked = async (
  { screen }: Invocation,
  packageDir: string,
  limits: StageLimits,
  seed: number,
): Promise<Outcome> => {
  // Loaded here, because it brings the whole emulator with it.
  const { checkModel } = await import('../planner/capacity/check.ts');
  const { holds, document, lines } = await checkModel({ packageDir, limits, seed });
  for (const line of lines) screen.say(line);
  return { ok: holds, document };
};
