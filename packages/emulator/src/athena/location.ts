import type { LocalObject, LocalObjects } from '../contracts.ts';
import { QueryError } from './failure.ts';

export interface S3Place {
  bucket: string;
  /** a key or prefix without leading slash */
  key: string;
}

export const parseS3 = (uri: string): S3Place => {
  const [, bucket, key] = /^s3a?:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (!bucket) throw new QueryError('INVALID_TABLE_PROPERTY', `Location must begin with s3://: ${uri}`);
  return { bucket, key: key ?? '' };
};

export const asFolder = (place: S3Place): S3Place =>
  place.key === '' || place.key.endsWith('/') ? place : { ...place, key: `${place.key}/` };

/** The data files below a location: neither hidden (`_SUCCESS`, `.crc`) nor empty. */
export const dataFiles = (objects: LocalObjects, place: S3Place): LocalObject[] =>
  objects.list(place.bucket, place.key).filter((object) => {
    const name = object.key.split('/').at(-1) ?? '';
    return object.bytes > 0 && name !== '' && !name.startsWith('_') && !name.startsWith('.');
  });
