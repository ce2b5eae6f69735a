import { type FileHandle, open, readFile } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** One buffer of this size is in memory at a time. S3 takes 10,000 parts: 160 GB, beyond any Lambda's disk. */
const PART_BYTES = 16 * 1024 * 1024;

/**
 * The SDK sends a CRC32 with every part, but announces none when the upload begins. S3 refuses parts with a checksum
 * that was not announced, and the end of an announced one that does not repeat each part's.
 */
const ChecksumAlgorithm = 'CRC32' as const;

interface FileUpload {
  bucket: string;
  key: string;
  path: string;
  contentType: string;
  metadata: Record<string, string>;
}

const readPart = async (file: FileHandle, position: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafe(PART_BYTES);
  let filled = 0;
  while (filled < PART_BYTES) {
    const { bytesRead } = await file.read(buffer, filled, PART_BYTES - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
};

const uploadParts = async (
  client: S3Client,
  target: { Bucket: string; Key: string; UploadId: string | undefined },
  file: FileHandle,
): Promise<CompletedPart[]> => {
  const parts: CompletedPart[] = [];
  for (let position = 0; ; position += PART_BYTES) {
    const Body = await readPart(file, position);
    if (Body.length === 0) return parts;
    const PartNumber = parts.length + 1;
    const part = { ...target, PartNumber, Body, ChecksumAlgorithm };
    const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand(part));
    parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
};

const uploadInParts = async (client: S3Client, upload: FileUpload, file: FileHandle): Promise<void> => {
  const object = { Bucket: upload.bucket, Key: upload.key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...object,
      ContentType: upload.contentType,
      Metadata: upload.metadata,
      ChecksumAlgorithm,
    }),
  );
  const target = { ...object, UploadId };
  try {
    const Parts = await uploadParts(client, target, file);
    await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
  } catch (error) {
    // Parts of an upload that is never completed are stored, and paid for, unseen. The first failure is the news.
    await client.send(new AbortMultipartUploadCommand(target)).catch(() => undefined);
    throw error;
  }
};

/** Puts a local file: in one request up to 16 MiB, in parts beyond. The object appears whole or not at all. */
export const uploadFile = async (client: S3Client, upload: FileUpload): Promise<void> => {
  const file = await open(upload.path);
  try {
    const { size } = await file.stat();
    if (size > PART_BYTES) return await uploadInParts(client, upload, file);
    const Body = await readFile(upload.path);
    await client.send(
      new PutObjectCommand({
        Bucket: upload.bucket,
        Key: upload.key,
        Body,
        ContentType: upload.contentType,
        Metadata: upload.metadata,
      }),
    );
  } finally {
    await file.close();
  }
};
