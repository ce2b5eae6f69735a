import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { S3LakeStore } from '../src/aws/lakeStore.ts';
import { bucketOfLocation } from '../src/lake/layout.ts';
import type { ObjectStore } from '../src/ports/lake.ts';
import { clientConfig, type StageAccess } from './access.ts';
import { CliError } from './failure.ts';

/**
 * The stage's lake bucket. Its name ends with the account's number, which the command line is not told: the catalog
 * knows where the quarantine table lies.
 */
export const openLake = async (access: StageAccess): Promise<ObjectStore> => {
  const config = clientConfig(access.local);
  const { Table: table } = await new GlueClient(config).send(
    new GetTableCommand({ DatabaseName: access.database, Name: 'quarantine' }),
  );
  const location = table?.StorageDescriptor?.Location ?? '';
  const bucket = bucketOfLocation(location);
  if (bucket === undefined)
    throw new CliError(
      `The table quarantine of ${access.database} must be stored in S3, not at "${location}".`,
    );
  return new S3LakeStore(new S3Client(config), bucket);
};

export const readWhole = async (store: ObjectStore, key: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.read(key)) chunks.push(chunk);
  return Buffer.concat(chunks);
};
