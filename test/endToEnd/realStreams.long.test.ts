import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { sharedData } from '../../packages/sharedData.ts';
import { useStage } from '../helpers/commandLine.ts';

const oldHub = sharedData('streams/gharchive_2015-01-01-0.scrubbed.json.gz');
const newHub = sharedData('streams/gharchive_2021-07-21.scrubbed.json.gz');
const wiki = sharedData('streams/wikiticker_2015-09-12_restored.json.gz');
const dns = sharedData('streams/zeek_dns.json.gz');

const linesOf = (file: string): string[] => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');

const countsBy = (values: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

const asCounts = (rows: readonly Record<string, string | null>[]): Record<string, number> =>
  Object.fromEntries(rows.map((row) => [row.name, Number(row.n)]));

/** The stage is shared: each stream has event names or a day of its own. */
const stage = useStage();

const send = async (...args: string[]): Promise<number> => {
  const sent = await stage.command('send', ...args);
  expect(sent.stderr).not.toMatch(/rejected/);
  expect(sent.code).toBe(0);
  return sent.document.accepted;
};

const build = async (): Promise<void> => {
  const run = await stage.command('etl');
  expect({ status: run.document.status, cause: run.document.cause }).toEqual({
    status: 'SUCCEEDED',
    cause: undefined,
  });
};

const sendAndBuild = async (...args: string[]): Promise<number> => {
  const accepted = await send(...args);
  await build();
  return accepted;
};

/** The large ones are built once: that what was built is built again with what came twice is shown by the small ones. */
const sendTwiceAndBuild = async (...args: string[]): Promise<void> => {
  await send(...args);
  await sendAndBuild(...args);
};

describe('real streams from HTTP to SQL, each sent twice', () => {
  const mapped = ['--id', 'id', '--name', 'type', '--time', 'created_at'];

  (oldHub ? test : test.skip)(
    'GitHub 2015: every id once, counts by type as in the source',
    async () => {
      const source = linesOf(oldHub ?? '').map((line) => JSON.parse(line));
      const expected = countsBy(source.map((event) => event.type));
      expect(new Set(source.map((event) => event.id)).size).toBe(7702);
      for (const _time of [1, 2]) {
        expect(await sendAndBuild(oldHub ?? '', ...mapped)).toBe(source.length);
        const rows = await stage.ask(
          "SELECT event_name AS name, count(*) AS n, count(DISTINCT event_id) AS ids FROM events WHERE dt = '2015-01-01' GROUP BY 1",
        );
        expect(asCounts(rows)).toEqual(expected);
        expect(rows.map(({ ids }) => ids)).toEqual(rows.map(({ n }) => n));
      }
    },
    180_000,
  );

  (oldHub && newHub ? test : test.skip)(
    'GitHub 2021 after it: both are readable together, and fields that came with the years are visible',
    async () => {
      await sendTwiceAndBuild(newHub ?? '', ...mapped);
      const rows = await stage.ask(`
        SELECT substr(dt, 1, 4) AS name, count(*) AS n FROM events
        WHERE json_extract_scalar(properties, '$.repo.name') IS NOT NULL
          AND event_name LIKE '%Event' GROUP BY 1`);
      expect(asCounts(rows)).toEqual({ '2015': 7702, '2021': 800 });
      const fresh = linesOf(newHub ?? '').filter(
        (line) => JSON.parse(line).payload?.pull_request?.author_association,
      );
      const [seen] = await stage.ask(`
        SELECT count(*) AS n FROM events
        WHERE json_extract_scalar(properties, '$.payload.pull_request.author_association') IS NOT NULL`);
      expect(fresh.length).toBeGreaterThan(0);
      expect(Number(seen?.n)).toBe(fresh.length);
    },
    180_000,
  );

  (wiki ? test : test.skip)(
    'Wikipedia: 39,244 rows in 24 partitions, the text intact to the character',
    async () => {
      const source = linesOf(wiki ?? '');
      await sendTwiceAndBuild(wiki ?? '', '--as', 'wiki_edit', '--time', 'time');
      const [totals] = await stage.ask(`
        SELECT count(*) AS n, count(DISTINCT dt || hr) AS partitions FROM events WHERE event_name = 'wiki_edit'`);
      expect([Number(totals?.n), Number(totals?.partitions)]).toEqual([39_244, 24]);
      const stored = await stage.ask("SELECT properties FROM events WHERE event_name = 'wiki_edit'");
      const canonical = (line: string) => JSON.stringify(JSON.parse(line));
      expect(stored.map((row) => canonical(row.properties ?? '')).sort()).toEqual(
        source.map(canonical).sort(),
      );
    },
    240_000,
  );

  (dns ? test : test.skip)(
    'a DNS log: dotted keys and rows out of order lose nothing and double no column',
    async () => {
      // Every fifth of 53,615 rows, which are out of order like all of them.
      const lines = linesOf(dns ?? '').filter((_, index) => index % 5 === 0);
      const file = join(stage.dataDir, 'dns.ndjson');
      writeFileSync(file, `${lines.join('\n')}\n`);
      const source = lines.map((line) => JSON.parse(line));
      await sendTwiceAndBuild(file, '--name', '_path', '--time', 'ts');
      const [totals] = await stage.ask("SELECT count(*) AS n FROM events WHERE event_name = 'dns'");
      expect(Number(totals?.n)).toBe(source.length);
      const rows = await stage.ask(`
        SELECT json_extract_scalar(properties, '$["id.orig_h"]') AS name, count(*) AS n
        FROM events WHERE event_name = 'dns' GROUP BY 1`);
      expect(asCounts(rows)).toEqual(countsBy(source.map((row) => row['id.orig_h'])));
      const columns = (
        await stage.ask(`SELECT table_name, lower(column_name) AS column_name FROM information_schema.columns
          WHERE table_schema = 'headrace_local' AND table_name IN ('events', 'raw_events', 'discovered_raw')`)
      ).map((row) => `${row.table_name}.${row.column_name}`);
      expect(columns.filter((name, i) => columns.indexOf(name) !== i)).toEqual([]);
      expect(columns.some((name) => name.startsWith('discovered_raw.'))).toBe(true);
    },
    240_000,
  );
});
