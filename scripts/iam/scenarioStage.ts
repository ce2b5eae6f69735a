import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { AwsError, type Emulator, realTimer, startEmulator, type Timer } from 'headrace-emulator';
import { createWriteKey } from '../../client/keys.ts';

/** Beyond this a wait is a timeout or a timer of minutes, and stays as long as it is. */
const LONG_MS = 30_000;
/** What a wait of seconds is shortened to: nobody else needs the time. */
const SHORT_MS = 25;

/** What the scenario does to the stage from outside: clocks and faults. */
export class Hands {
  /** Whoever waits for a query or a child execution waits until this is over, or until it is stopped. */
  hold = false;
  /** the clock is so much ahead */
  aheadMs = 0;
  /** calls of land fail as those of an outage of Lambda */
  landIsAway = false;
  /** parts of multipart uploads are refused */
  refusesParts = false;
  #upload = false;

  readonly timer: Timer = {
    now: () => realTimer.now() + this.aheadMs,
    sleep: async (ms, signal) => {
      if (ms >= LONG_MS) return realTimer.sleep(ms, signal);
      do await realTimer.sleep(Math.min(ms, SHORT_MS), signal);
      while (this.hold);
    },
  };

  /** Retries and waits of state machines, which go on while the others are held. */
  readonly statesTimer: Timer = {
    now: realTimer.now,
    sleep: (ms, signal) => realTimer.sleep(ms >= LONG_MS ? ms : Math.min(ms, SHORT_MS), signal),
  };

  readonly onInvoke = (name: string) =>
    this.landIsAway && name.endsWith('-land') ? { kind: 'serviceError' as const } : undefined;

  /** Every PUT of an object is a part between the upload's begin and its end: a client may try a part again. */
  readonly intercept = async ({ operation }: { operation: string }): Promise<undefined> => {
    if (!this.refusesParts) return;
    if (operation === 'POST object') this.#upload = true;
    if (operation === 'DELETE object') this.#upload = false;
    if (operation === 'PUT object' && this.#upload)
      throw new AwsError('InvalidRequest', 'Rejected by the scenario, to see the upload aborted.', 400);
  };
}

/** A stage to try permissions on, with an administrator's clients and a write key. */
export interface ScenarioStage {
  stage: Emulator;
  hands: Hands;
  s3: S3Client;
  sfn: SFNClient;
  dynamodb: DynamoDBClient;
  lake: string;
  ledgerTable: string;
  writeKey: string;
  close(): Promise<void>;
}

/** Throws as startEmulator does: also when a role lacks what AWS wants of it at creation. */
export const startScenarioStage = async (packageDir: string, dataDir: string): Promise<ScenarioStage> => {
  const hands = new Hands();
  const { timer, statesTimer, onInvoke, intercept } = hands;
  const stage = await startEmulator({
    ...{ packageDir, dataDir, port: 0, fresh: true },
    ...{ timer, statesTimer, onInvoke, intercept },
  });
  const config = {
    endpoint: stage.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'headracecli', secretAccessKey: 'local' },
  };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sfn = new SFNClient(config);
  const dynamodb = new DynamoDBClient(config);
  const { LakeBucket: lake = '', LedgerTable: ledgerTable = '', KeysTable: keysTable = '' } = stage.names;
  const writeKey = await createWriteKey({ dynamodb, keysTable }, 'scenario', new Date());
  return {
    ...{ stage, hands, s3, sfn, dynamodb, lake, ledgerTable, writeKey },
    async close() {
      hands.hold = false;
      for (const client of [s3, sfn, dynamodb]) client.destroy();
      await stage.close();
    },
  };
};
