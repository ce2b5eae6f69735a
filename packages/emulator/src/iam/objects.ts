import type { LocalObject, LocalObjects } from '../contracts.ts';
import { listAsk, objectArn } from '../s3/permissions.ts';
import type { Permit } from './types.ts';

/**
 * S3 as a service of the emulator sees it that acts for a role. The bytes of an object are its file, so asking for the
 * path is what GetObject is; looking at a listing is not.
 */
export const objectsFor = (objects: LocalObjects, permit: Permit | undefined): LocalObjects => {
  if (permit === undefined) return objects;
  const ask = (action: string, bucket: string, key: string): void =>
    permit({ action, resource: objectArn(bucket, key) });
  const seen = (bucket: string, { path, ...object }: LocalObject): LocalObject => ({
    ...object,
    get path() {
      ask('s3:GetObject', bucket, object.key);
      return path;
    },
  });
  return {
    list(bucket, prefix) {
      permit(listAsk(bucket, prefix));
      return objects.list(bucket, prefix).map((object) => seen(bucket, object));
    },
    get(bucket, key) {
      ask('s3:GetObject', bucket, key);
      return objects.get(bucket, key);
    },
    put(bucket, key, body) {
      ask('s3:PutObject', bucket, key);
      objects.put(bucket, key, body);
    },
    async putFile(bucket, key, path) {
      ask('s3:PutObject', bucket, key);
      await objects.putFile(bucket, key, path);
    },
    remove(bucket, key) {
      ask('s3:DeleteObject', bucket, key);
      objects.remove(bucket, key);
    },
  };
};
