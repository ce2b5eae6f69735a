import { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { clientConfig, type StageAccess } from '../access.ts';
import { CliError, messageOf } from '../failure.ts';
import type { Buckets } from '../input/files.ts';

const failed = (uri: string, cause: unknown): CliError =>
  new CliError(`Cannot read ${uri}: ${messageOf(cause)}`, undefined, { cause });

/** Buckets as the caller's credentials see them; of the emulator its own. */
export const bucketsOf = ({ local }: StageAccess): Buckets => {
  const client = new S3Client(clientConfig(local));
  return {
    async list(bucket, prefix) {
      const found: Awaited<ReturnType<Buckets['list']>> = [];
      try {
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
          for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? [])
            found.push({ key: Key, bytes: Size, etag: ETag });
      } catch (error) {
        throw failed(`s3://${bucket}/${prefix}`, error);
      }
      return found;
    },
    async read(bucket, key) {
      const answer = await client
        .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
        .catch((error: unknown) => {
          throw failed(`s3://${bucket}/${key}`, error);
        });
      if (answer.Body instanceof Readable) return answer.Body;
      throw new CliError(`s3://${bucket}/${key} was answered without a body.`);
    },
  };
};
