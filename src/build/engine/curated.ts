import { join } from 'node:path';
import { KEY_SEPARATOR } from '../../lake/eventKey.ts';
import type { Curated, CuratedBucket } from '../../ports/build.ts';
import * as z from '../../schema.ts';
import { lineHead } from '../../tables/eventLine.ts';
import { literal } from '../../tables/typing/duckdbValues.ts';
import { count, openSession } from './session.ts';

/** As `keyOf` of an event. */
const KEY = `md5(source || chr(${KEY_SEPARATOR}) || event_id)`;

const bucketRow = z.object({ bucket: z.string(), rows: count, digest: z.string() });
const keyRow = z.object({ key: z.string() });
const lineRow = z.object({
  head: z.string(),
  context: z.string(),
  properties: z.string(),
  version: z.string(),
});

const list = (texts: readonly string[]): string => `(${texts.map(literal).join(', ')})`;

/** `2026-11-01T05:10:00.000Z`, as the line had it. */
const asTime = (name: string): string => `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%gZ')`;

const headText = `json_object(${lineHead
  .map((name) => `${literal(name)}, ${name === 'event_time' || name === 'received_at' ? asTime(name) : name}`)
  .join(', ')})::VARCHAR`;

/** Reads Parquet files of builds, one after the other: `folder` holds one at a time. */
export const openCurated = async (folder: string, memoryMb: number): Promise<Curated> => {
  const session = await openSession({ folder, spill: join(folder, 'spill'), memoryMb, parts: 1 });
  await session.run('CREATE TABLE keys (key VARCHAR)');
  return {
    add: (path) => session.run(`INSERT INTO keys SELECT ${KEY} FROM read_parquet(${literal(path)})`),
    buckets: (): Promise<CuratedBucket[]> =>
      session.rows(
        `SELECT substr(key, 1, 2) AS bucket, count(*) AS rows, sum(('0x' || substr(key, 3, 14))::BIGINT)::VARCHAR AS digest
         FROM keys GROUP BY 1`,
        bucketRow,
      ),
    async keysOf(buckets) {
      if (buckets.length === 0) return [];
      const sql = `SELECT key FROM keys WHERE substr(key, 1, 2) IN ${list(buckets)}`;
      return (await session.rows(sql, keyRow)).map(({ key }) => key);
    },
    async linesOf(path, keys) {
      if (keys.length === 0) return [];
      const rows = await session.rows(
        `SELECT ${headText} AS head, context, properties, schema_version AS version
         FROM read_parquet(${literal(path)}) WHERE ${KEY} IN ${list(keys)}`,
        lineRow,
      );
      return rows.map(
        ({ head, context, properties, version }) =>
          `${head.slice(0, -1)},"context":${context},"properties":${properties},"schema_version":${JSON.stringify(version)}}`,
      );
    },
    close: () => session.close(),
  };
};
