import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CliError } from './failure.ts';

/**
 * A stage as the command line sees it: AWS clients and names. A deployed stage is reached with the caller's own
 * AWS credentials and region, the local one through its endpoint; every name follows from the stage's.
 */
export interface StageAccess {
  stage: string;
  athena: AthenaClient;
  cloudwatch: CloudWatchClient;
  dynamodb: DynamoDBClient;
  sfn: SFNClient;
  database: string;
  workgroup: string;
  stateMachine: string;
  backfillMachine: string;
  ledgerTable: string;
  keysTable: string;
  /** Only of the emulator. */
  local?: LocalEmulator;
}

/** An emulator that runs. */
export interface LocalEmulator {
  endpoint: string;
  collector: string;
  dataDir: string;
}

/** What every AWS client of the command line is made with. */
export const clientConfig = (local?: LocalEmulator) =>
  local
    ? {
        endpoint: local.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'headracecli', secretAccessKey: 'local' },
      }
    : {};

export const accessTo = (stage: string, local?: LocalEmulator): StageAccess => {
  const config = clientConfig(local);
  return {
    stage,
    athena: new AthenaClient(config),
    cloudwatch: new CloudWatchClient(config),
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

/** For commands that make a stage on this machine: `--stage prod` must not quietly start a local one. */
export const mustBeLocal = ({ stage }: { stage: string }, command: string): void => {
  if (stage === 'local') return;
  throw new CliError(
    `${command} runs on the emulator: --stage "${stage}" is not possible here.`,
    'Leave out --stage. `npm run deploy -- --stage STAGE` deploys one.',
  );
};
