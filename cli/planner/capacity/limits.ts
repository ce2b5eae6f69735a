import type { Template } from 'headrace-emulator/template';
import { resolveTemplate } from 'headrace-emulator/template';
import { z } from 'zod';
import { CliError } from '../../../client/failure.ts';
import { assumptions } from '../assumptions.ts';
import { factsOf, type StageFacts } from '../facts.ts';

/** What holds the stage back: the packaged template's own limits and the account's. Rates are of a second. */
export interface StageLimits {
  /** of the path that takes the traffic */
  doorRate: number;
  doorBurst: number;
  accountRate: number;
  accountBurst: number;
  /** executions at once, of all functions */
  concurrency: number;
  stream: { onDemand: boolean; shards: number; ceilingBytes: number };
  consumers: StageFacts['consumers'];
  /** seconds for which Lambda gathers records, and records a batch at most */
  landWindow: number;
  batchRecords: number;
  /** unzipped bytes of an hour that build takes, and seconds that it may take */
  buildMaxBytes: number;
  /** zipped bytes from which on it builds in parts */
  buildPartBytes: number;
  buildTimeout: number;
  /** builds of one run at once */
  buildsAtOnce: number;
  /** Parquet bytes that the checks and marts of a run may read */
  scanBudgetBytes: number;
  /** of a mart's day: in another one than UTC a query reads parts of more days */
  timeZone: string;
}

const known = z.object({
  HttpApiStage: z.object({
    DefaultRouteSettings: z.object({
      ThrottlingRateLimit: z.coerce.number(),
      ThrottlingBurstLimit: z.coerce.number(),
    }),
  }),
  LandEventSourceMappingKinesisEventStream: z.object({ BatchSize: z.coerce.number() }),
  BuildLambdaFunction: z.object({
    Timeout: z.coerce.number(),
    Environment: z.object({
      Variables: z.object({ BUILD_MAX_BYTES: z.coerce.number(), BUILD_PART_BYTES: z.coerce.number() }),
    }),
  }),
  PlanLambdaFunction: z.object({ Environment: z.object({ Variables: z.object({ TIME_ZONE: z.string() }) }) }),
  TallyLambdaFunction: z.object({
    Environment: z.object({ Variables: z.object({ SCAN_BUDGET_BYTES: z.coerce.number() }) }),
  }),
  EtlStateMachine: z.object({ DefinitionString: z.string() }),
});

const definition = z.object({
  States: z.object({ BuildPartitions: z.object({ MaxConcurrency: z.coerce.number() }) }),
});

/** Throws CliError where the template is not as the pipeline's is. */
export const limitsOf = (template: Template): { limits: StageLimits; facts: StageFacts } => {
  const resources = resolveTemplate(template, { stack: 'headrace-simulate', endpoint: 'http://127.0.0.1' });
  const parsed = known.safeParse(
    Object.fromEntries(resources.map(({ logicalId, properties }) => [logicalId, properties])),
  );
  if (!parsed.success)
    throw new CliError(
      `The packaged template is not what the simulation reads: ${z.prettifyError(parsed.error)}`,
      'cli/planner/capacity/limits.ts reads it.',
    );
  const { data } = parsed;
  const route = data.HttpApiStage.DefaultRouteSettings;
  const machine = definition.parse(JSON.parse(data.EtlStateMachine.DefinitionString));
  const facts = factsOf(template);
  return {
    facts,
    limits: {
      doorRate: route.ThrottlingRateLimit,
      doorBurst: route.ThrottlingBurstLimit,
      accountRate: assumptions.accountRequestsPerSecond.value,
      accountBurst: assumptions.accountBurst.value,
      concurrency: assumptions.lambdaConcurrency.value,
      stream: {
        onDemand: facts.stream.onDemand,
        shards: facts.stream.shards,
        ceilingBytes: assumptions.onDemandCeilingBytesPerSecond.value,
      },
      consumers: facts.consumers,
      landWindow: facts.landWindow,
      batchRecords: data.LandEventSourceMappingKinesisEventStream.BatchSize,
      buildMaxBytes: data.BuildLambdaFunction.Environment.Variables.BUILD_MAX_BYTES,
      buildPartBytes: data.BuildLambdaFunction.Environment.Variables.BUILD_PART_BYTES,
      buildTimeout: data.BuildLambdaFunction.Timeout,
      buildsAtOnce: machine.States.BuildPartitions.MaxConcurrency,
      scanBudgetBytes: data.TallyLambdaFunction.Environment.Variables.SCAN_BUDGET_BYTES,
      timeZone: data.PlanLambdaFunction.Environment.Variables.TIME_ZONE,
    },
  };
};
