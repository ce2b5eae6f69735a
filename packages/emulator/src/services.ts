import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { createAthena } from './athena/service.ts';
import { type CloudFormation, openCloudFormation } from './cloudformation/service.ts';
import { type CloudWatch, openCloudWatch } from './cloudwatch/service.ts';
import type { JsonService, Timer } from './contracts.ts';
import { openStore } from './database.ts';
import { type DynamoDb, openDynamoDb } from './dynamodb/service.ts';
import { type Messaging, openMessaging } from './fauxqs/host.ts';
import { firehosePermissions } from './firehose/permissions.ts';
import { type Firehose, openFirehose } from './firehose/service.ts';
import { gluePermissions } from './glue/permissions.ts';
import { openGlue } from './glue/service.ts';
import { type Access, everybodyMay } from './iam/authority.ts';
import { guarded } from './iam/guard.ts';
import { kinesisPermissions } from './kinesis/permissions.ts';
import { openKinesis } from './kinesis/service.ts';
import type { Kinesis } from './kinesis/types.ts';
import { logsPermissions } from './logs/permissions.ts';
import { type Logs, openLogs } from './logs/service.ts';
import { masterSecretName } from './rds/arn.ts';
import type { MeddleWithDatabase } from './rds/front.ts';
import { openRds, type Rds } from './rds/service.ts';
import { openObjects } from './s3/service.ts';
import type { ObjectService } from './s3/types.ts';
import { openScheduler, type Scheduler } from './scheduler/service.ts';
import { secretsPermissions } from './secretsmanager/permissions.ts';
import { openSecrets, type Secrets } from './secretsmanager/service.ts';

/** The services that hold data. */
export interface EmulatorServices {
  db: DatabaseSync;
  objects: ObjectService;
  kinesis: Kinesis;
  firehose: Firehose;
  glue: JsonService;
  athena: JsonService;
  dynamodb: DynamoDb;
  messaging: Messaging;
  cloudwatch: CloudWatch;
  logs: Logs;
  secrets: Secrets;
  rds: Rds;
  scheduler: Scheduler;
  cloudformation: CloudFormation;
  close(): Promise<void>;
}

interface DatabaseOptions {
  /** what goes wrong with the databases of RDS */
  meddle?: MeddleWithDatabase | undefined;
  say?: (sentence: string) => void;
}

/** `access`: what callers may do. Default: everything. */
export const openServices = async (
  dataDir: string,
  timer: Timer,
  access: Access = everybodyMay,
  { meddle, say = () => {} }: DatabaseOptions = {},
): Promise<EmulatorServices> => {
  const db = openStore(dataDir);
  const now = (): number => timer.now();
  const cloudwatch = openCloudWatch({ db, timer });
  const { measure } = cloudwatch;
  const objects = openObjects({ db, dataDir, now });
  const glue = guarded(openGlue({ db, objects, timer, access }), gluePermissions, access);
  const athena = createAthena({
    store: db,
    glue,
    objects,
    timer,
    access,
    measure,
    folder: join(dataDir, 's3'),
  });
  const dynamodb = openDynamoDb(dataDir);
  const kinesis = openKinesis({ db, now, measure });
  const messaging = await openMessaging(dataDir);
  const secrets = openSecrets({ db, timer });
  const rds = openRds({
    ...{ db, dataDir, now, meddle, say },
    masterPassword: ({ name, username }) => secrets.passwordOf(masterSecretName(name), username),
  });
  return {
    db,
    objects,
    kinesis: guarded(kinesis, kinesisPermissions, access),
    firehose: guarded(openFirehose({ db, kinesis, now }), firehosePermissions, access),
    glue,
    athena,
    dynamodb,
    messaging,
    cloudwatch,
    logs: guarded(openLogs(dataDir), logsPermissions, access),
    secrets: guarded(secrets, secretsPermissions, access),
    rds,
    scheduler: openScheduler({ db, now }),
    cloudformation: openCloudFormation({ db, now }),
    async close() {
      await Promise.all([athena.close(), glue.close(), dynamodb.close(), messaging.close(), rds.close()]);
      // A full disk may keep the last metrics from being stored; the database is closed all the same.
      await cloudwatch.close().finally(() => db.close());
    },
  };
};
