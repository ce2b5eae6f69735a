import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3LakeStore } from '../src/aws/lakeStore.ts';
import { bucketOfLocation } from '../src/lake/layout.ts';
import type { ObjectStore } from '../src/ports/lake.ts';
import { clientConfig, type StageAccess } from './access.ts';
import { CliError } from './failure.ts';

/** Its name ends with the account's number, which the command line is not told: the catalog knows where tables lie. */
const lakeBucketOf = async (access: StageAccess): Promise<string> => {
  const { Table: table } = await new GlueClient(clientConfig(access.local)).send(
    new GetTableCommand({ DatabaseName: access.database, Name: 'events' }),
  );
  const location = table?.StorageDescriptor?.Location ?? '';
  const bucket = bucketOfLocation(location);
  if (bucket !== undefined) return bucket;
  throw new CliError(`The table events of ${access.database} must be stored in S3, not at "${location}".`);
};

/** The stage's lake bucket. */
export const openLake = async (access: StageAccess): Promise<ObjectStore> =>
  new S3LakeStore(new S3Client(clientConfig(access.local)), await lakeBucketOf(access));

/**
 * Where batches of the stream lie that `land` gave up: in their own bucket, which is named like the lake. Before it
 * existed they went into the lake, so that is looked through as well. A stage that was not deployed since has no such
 * bucket.
 */
export const openFailedBatches = async (access: StageAccess): Promise<ObjectStore[]> => {
  const client = new S3Client(clientConfig(access.local));
  const lake = await lakeBucketOf(access);
  const own = lake.replace(`headrace-${access.stage}-lake-`, `headrace-${access.stage}-failed-`);
  const found = own === lake ? [lake] : [lake, ...((await isThere(client, own)) ? [own] : [])];
  return found.map((bucket) => new S3LakeStore(client, bucket));
};

const isThere = async (client: S3Client, bucket: string): Promise<boolean> => {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    // HEAD has no body to name the error in: S3 says 404, which the SDK calls NotFound.
    if (error instanceof Error && error.name === 'NotFound') return false;
    throw error;
  }
};

export const readWhole = async (store: ObjectStore, key: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.read(key)) chunks.push(chunk);
  return Buffer.concat(chunks);
};
