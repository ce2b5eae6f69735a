import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { JsonService, Timer } from './contracts.ts';
import { glueAsks } from './iam/asks/glue.ts';
import { kinesisAsks } from './iam/asks/kinesis.ts';
import { secretsAsks } from './iam/asks/secretsmanager.ts';
import { type Access, everybodyMay } from './iam/authority.ts';
import { guarded } from './iam/guard.ts';
import { createAthena } from './services/athena/athena.ts';
import { type CloudWatch, openCloudWatch } from './services/cloudwatch/cloudwatch.ts';
import { type DynamoDb, openDynamoDb } from './services/dynamodb/dynamodb.ts';
import { openGlue } from './services/glue/glue.ts';
import { openKinesis } from './services/kinesis/kinesis.ts';
import type { Kinesis } from './services/kinesis/types.ts';
import { type Messaging, openMessaging } from './services/messaging/messaging.ts';
import { openObjects } from './services/objects/objects.ts';
import type { ObjectService } from './services/objects/types.ts';
import { openSecrets } from './services/secrets/secrets.ts';
import { openStore } from './store.ts';

/** The services that hold data. */
export interface StageServices {
  db: DatabaseSync;
  objects: ObjectService;
  kinesis: Kinesis;
  glue: JsonService;
  athena: JsonService;
  dynamodb: DynamoDb;
  messaging: Messaging;
  cloudwatch: CloudWatch;
  secrets: JsonService;
  close(): Promise<void>;
}

/** `access`: what callers may do. Default: everything. */
export async function openServices(
  dataDir: string,
  timer: Timer,
  access: Access = everybodyMay,
): Promise<StageServices> {
  const db = openStore(dataDir);
  const now = (): number => timer.now();
  const cloudwatch = openCloudWatch({ db, timer });
  const { measure } = cloudwatch;
  const objects = openObjects({ db, dataDir, now });
  const glue = guarded(openGlue({ db, objects, timer, access }), glueAsks, access);
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
  const messaging = await openMessaging(dataDir);
  return {
    db,
    objects,
    kinesis: guarded(openKinesis({ db, now, measure }), kinesisAsks, access),
    glue,
    athena,
    dynamodb,
    messaging,
    cloudwatch,
    secrets: guarded(openSecrets({ db, timer }), secretsAsks, access),
    async close() {
      await Promise.all([athena.close(), glue.close(), dynamodb.close(), messaging.close()]);
      await cloudwatch.close();
      db.close();
    },
  };
}
