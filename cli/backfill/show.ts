import { z } from 'zod';
import { bytes, count, counted } from '../../client/format.ts';
import type { Screen } from '../screen.ts';

const cost = z.looseObject({ usd: z.number() });

/** The output of a planned backfill, as far as it is shown; --json prints all of it. */
export const planDocument = z.looseObject({
  from: z.string(),
  to: z.string(),
  concurrency: z.number(),
  landed: z.number(),
  partitions: z.number(),
  objects: z.number(),
  bytes: z.number(),
  estimate: z.looseObject({
    usd: z.number(),
    stepFunctions: cost,
    lambda: cost,
    s3: cost,
    athena: cost,
    prices: z.object({ region: z.string(), asOf: z.string() }),
  }),
  chunks: z.array(z.looseObject({ partitions: z.number() })),
});

type PlanDocument = z.infer<typeof planDocument>;

export const dollars = (usd: number): string =>
  usd > 0 && usd < 0.01 ? 'less than $0.01' : `$${usd.toFixed(2)}`;

export const showPlan = (screen: Screen, plan: PlanDocument): void => {
  screen.heading(`Backfill ${plan.from} to ${plan.to}`);
  if (plan.landed === 0) screen.say('No hour of this range has raw objects.');
  else if (plan.partitions === 0)
    screen.say(
      `Nothing to build: ${counted(plan.landed, 'hour')} with raw objects, all built. --force builds them again.`,
    );
  else showWork(screen, plan);
};

const showWork = (screen: Screen, plan: PlanDocument): void => {
  const { estimate } = plan;
  screen.say(
    `  ${count(plan.partitions)} of ${counted(plan.landed, 'hour')} with raw objects to build: ${bytes(plan.bytes)} in ${counted(plan.objects, 'object')}`,
  );
  screen.say(`  in ${counted(plan.chunks.length, 'run')} of the etl, ${plan.concurrency} at a time`);
  screen.say(
    `  estimated cost on AWS: ${dollars(estimate.usd)} (Step Functions ${dollars(estimate.stepFunctions.usd)}, Lambda ${dollars(estimate.lambda.usd)}, S3 ${dollars(estimate.s3.usd)}, Athena ${dollars(estimate.athena.usd)})`,
  );
  screen.say(`  at list prices of ${estimate.prices.region}, ${estimate.prices.asOf}`);
};

const outcome = z.looseObject({
  partitions: z.number(),
  chunks: z.number(),
  counts: z.looseObject({
    raw: z.number(),
    curated: z.number(),
    duplicates: z.number(),
    rejected: z.number(),
  }),
});

export const showOutcome = (screen: Screen, output: unknown): void => {
  const { data } = outcome.safeParse(output);
  if (data === undefined) return;
  const { raw, curated, duplicates, rejected } = data.counts;
  screen.say(
    `${counted(data.partitions, 'partition')} built in ${counted(data.chunks, 'run')}: ${count(raw)} raw = ${count(curated)} curated + ` +
      `${counted(duplicates, 'duplicate')} + ${count(rejected)} rejected`,
  );
};
