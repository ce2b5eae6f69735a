import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { Invocation } from './command.ts';
import { CliError } from './failure.ts';

/**
 * A stage as the command line sees it: AWS clients and names. A deployed stage is reached with the caller's own
 * AWS credentials and region, the local one through its endpoint; every name follows from the stage's.
 */
export interface StageAccess {
  stage: string;
  athena: AthenaClient;
  dynamodb: DynamoDBClient;
  sfn: SFNClient;
  database: string;
  workgroup: string;
  stateMachine: string;
  backfillMachine: string;
  ledgerTable: string;
  keysTable: string;
  /** Only of the local stage. */
  local?: LocalStage;
}

const stageFile = z.looseObject({
  pid: z.number(),
  endpoint: z.string(),
  door: z.string(),
  stage: z.string(),
});

export type LocalStage = z.infer<typeof stageFile>;

/** The local stage that runs on a data folder, as its stage.json tells. */
export const findLocalStage = (dataDir: string): LocalStage => {
  const file = join(dataDir, 'stage.json');
  const found = existsSync(file) ? stageFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  if (found && isAlive(found.pid)) return found;
  throw new CliError(
    `No local stage runs on ${dataDir}.`,
    'Start one in another terminal with `npm run headrace -- up`, or name a deployed stage with --stage.',
  );
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** What every AWS client of the command line is made with. */
export const clientConfig = (local?: LocalStage) =>
  local
    ? {
        endpoint: local.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'headracecli', secretAccessKey: 'local' },
      }
    : {};

export const accessTo = (stage: string, local?: LocalStage): StageAccess => {
  const config = clientConfig(local);
  return {
    stage,
    athena: new AthenaClient(config),
    dynamodb: new DynamoDBClient(config),
    sfn: new SFNClient(config),
    database: `headrace_${stage}`,
    workgroup: `headrace-${stage}`,
    stateMachine: `headrace-${stage}-etl`,
    backfillMachine: `headrace-${stage}-backfill`,
    ledgerTable: `headrace-${stage}-ledger`,
    keysTable: `headrace-${stage}-keys`,
    ...(local ? { local } : {}),
  };
};

export const openStage = (invocation: Invocation): StageAccess =>
  invocation.stage === 'local'
    ? accessTo('local', findLocalStage(invocation.dataDir))
    : accessTo(invocation.stage);

/** For commands that make a stage on this machine: `--stage prod` must not quietly start a local one. */
export const mustBeLocal = ({ stage }: Invocation, command: string): void => {
  if (stage === 'local') return;
  throw new CliError(
    `${command} runs the local stage, not «${stage}».`,
    'Leave out --stage. `npm run deploy -- --stage STAGE` deploys one.',
  );
};
