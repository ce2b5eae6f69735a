import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { HeadraceError } from '../errors.ts';
import type { ObjectStore, StoredObject } from '../ports/lake.ts';
import { calling } from './failures.ts';
import { uploadFile } from './multipartUpload.ts';

/** DeleteObjects takes no more. */
const REMOVE_BATCH = 1_000;

/**
 * The lake bucket on S3. A missing object is S3's NoSuchKey; a bucket that is busy or away is Throttled or Transient.
 */
export class S3LakeStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  uri(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }

  list(prefix: string): Promise<StoredObject[]> {
    return calling(`Listing ${this.uri(prefix)}`, async () => {
      const found: StoredObject[] = [];
      for await (const page of this.#pages({ Prefix: prefix })) {
        for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
          if (Key === undefined || LastModified === undefined) continue;
          found.push({ key: Key, bytes: Size ?? 0, etag: ETag ?? '', lastModified: LastModified });
        }
      }
      return found;
    });
  }

  listFolders(prefix: string): Promise<string[]> {
    return calling(`Listing the folders of ${this.uri(prefix)}`, async () => {
      const found: string[] = [];
      for await (const page of this.#pages({ Prefix: prefix, Delimiter: '/' })) {
        found.push(...(page.CommonPrefixes ?? []).flatMap((folder) => folder.Prefix ?? []));
      }
      return found;
    });
  }

  read(key: string): Promise<Readable> {
    return calling(`Reading ${this.uri(key)}`, async () => {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      // The SDK's type covers browsers too; on Node the body is a Readable.
      if (Body instanceof Readable) return Body;
      throw new HeadraceError('Transient', `${this.uri(key)} was answered without a body.`);
    });
  }

  put(key: string, body: Uint8Array, contentType: string): Promise<void> {
    return calling(`Writing ${this.uri(key)}`, async () => {
      const object = { Bucket: this.#bucket, Key: key, Body: body, ContentType: contentType };
      await this.#client.send(new PutObjectCommand(object));
    });
  }

  putFile(
    key: string,
    path: string,
    contentType: string,
    metadata: Record<string, string> = {},
  ): Promise<void> {
    return calling(`Writing ${path} to ${this.uri(key)}`, () =>
      uploadFile(this.#client, { bucket: this.#bucket, key, path, contentType, metadata }),
    );
  }

  copy(from: string, to: string): Promise<void> {
    return calling(`Copying ${this.uri(from)} to ${to}`, async () => {
      const CopySource = `${this.#bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
      await this.#client.send(new CopyObjectCommand({ Bucket: this.#bucket, Key: to, CopySource }));
    });
  }

  metadata(key: string): Promise<Record<string, string>> {
    return calling(`Reading the metadata of ${this.uri(key)}`, async () => {
      const { Metadata } = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return Metadata ?? {};
    });
  }

  remove(keys: readonly string[]): Promise<void> {
    return calling(`Removing ${keys.length} objects of ${this.uri('')}`, async () => {
      for (let start = 0; start < keys.length; start += REMOVE_BATCH) {
        await this.#removeBatch(keys.slice(start, start + REMOVE_BATCH));
      }
    });
  }

  async #removeBatch(keys: string[]): Promise<void> {
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    const { Errors } = await this.#client.send(new DeleteObjectsCommand({ Bucket: this.#bucket, Delete }));
    const first = Errors?.[0];
    if (first === undefined) return;
    // S3 answers 200 to a call of which some keys failed.
    const failed = `${Errors?.length} of ${keys.length} objects were not removed`;
    const message = `${failed}, first ${this.uri(first.Key ?? '')}: ${first.Code}: ${first.Message}`;
    throw new HeadraceError(first.Code === 'SlowDown' ? 'Throttled' : 'Transient', message);
  }

  #pages(request: { Prefix: string; Delimiter?: string }) {
    return paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, ...request });
  }
}
