import { openStore } from '../../src/database.ts';
import { startEndpoint } from '../../src/endpoint/endpoint.ts';
import { openKinesis } from '../../src/kinesis/service.ts';
import { openObjects } from '../../src/s3/service.ts';

/** A stage in a process of its own, for the test that kills it: `node killedEmulator.ts <data folder>` prints its port. */
const [, , dataDir = ''] = process.argv;
const db = openStore(dataDir);
const now = (): number => Date.now();
const objects = openObjects({ db, dataDir, now });
objects.createBucket('lake');
const kinesis = openKinesis({ db, now });
const notHere = (): void => undefined;
const endpoint = await startEndpoint({
  port: 0,
  json: [kinesis],
  s3: objects.handle,
  dynamodb: notHere,
  messaging: notHere,
});
process.stdout.write(`${endpoint.port}\n`);
