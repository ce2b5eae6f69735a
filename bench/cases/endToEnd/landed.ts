import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { RAW } from '../../../src/lake/layout.ts';
import type { BenchStage } from '../../harness/stage.ts';

const unzip = promisify(gunzip);

const POLL_MS = 50;

/** `event_time` of a canonical line: when the client sent it. */
const eventTime = /"event_time":"([^"]+)"/g;

/**
 * Looks for new raw objects until told to stop; a raw object is queryable as soon as it can be listed. Returns how
 * long each event sent since then (epoch ms) took from its `event_time` to that, in milliseconds.
 */
export const watchRaw = async (stage: BenchStage, since: number, over: AbortSignal): Promise<number[]> => {
  const seen = new Map<string, number>();
  const look = async (): Promise<void> => {
    const pages = paginateListObjectsV2({ client: stage.s3 }, { Bucket: stage.lake, Prefix: RAW });
    for await (const { Contents = [] } of pages) {
      const now = Date.now();
      for (const { Key = '' } of Contents) if (!seen.has(Key)) seen.set(Key, now);
    }
  };
  while (!over.aborted) {
    await look();
    await sleep(POLL_MS);
  }
  await look();
  const latencies: number[] = [];
  for (const [Key, at] of seen) {
    const { Body } = await stage.s3.send(new GetObjectCommand({ Bucket: stage.lake, Key }));
    const text = (await unzip((await Body?.transformToByteArray()) ?? new Uint8Array())).toString();
    for (const [, time = ''] of text.matchAll(eventTime)) {
      const sentAt = Date.parse(time);
      if (sentAt >= since) latencies.push(at - sentAt);
    }
  }
  return latencies;
};
