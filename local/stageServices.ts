import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { JsonService, Timer } from './contracts.ts';
import { createAthena } from './services/athena/athena.ts';
import { type DynamoDb, openDynamoDb } from './services/dynamodb/dynamodb.ts';
import { openGlue } from './services/glue/glue.ts';
import { openKinesis } from './services/kinesis/kinesis.ts';
import type { Kinesis } from './services/kinesis/types.ts';
import { type Messaging, openMessaging } from './services/messaging/messaging.ts';
import { openObjects } from './services/objects/objects.ts';
import type { ObjectService } from './services/objects/types.ts';
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
  close(): Promise<void>;
}

export async function openServices(dataDir: string, timer: Timer): Promise<StageServices> {
  const db = openStore(dataDir);
  const now = (): number => timer.now();
  const objects = openObjects({ db, dataDir, now });
  const glue = openGlue({ db, objects, timer });
  const athena = createAthena({ store: db, glue, objects, timer, folder: join(dataDir, 's3') });
  const dynamodb = openDynamoDb(dataDir);
  const messaging = await openMessaging(dataDir);
  return {
    db,
    objects,
    kinesis: openKinesis({ db, now }),
    glue,
    athena,
    dynamodb,
    messaging,
    async close() {
      await Promise.all([athena.close(), glue.close(), dynamodb.close(), messaging.close()]);
      db.close();
    },
  };
}
