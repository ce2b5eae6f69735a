import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { addPartition, athenaEmulator, createTable, PARQUET } from 'headrace-emulator/testing';
import { catalogColumns } from '../../../src/events/columnCatalog.ts';
import { knownEventTypes } from '../../../src/events/registry.ts';
import { eventsNowSql } from '../../../src/tables/eventsNow.ts';
import { eventsTable, rawLinesTable } from '../../../src/tables/tables.ts';
import { hiveType } from '../../../src/tables/types.ts';
import { buildObjects } from '../../helpers/rawLines.ts';
import { createLinesTable } from './linesTables.ts';

const keys = { dt: 'string', hr: 'string' };

const columns = Object.fromEntries(eventsTable.columns.map(({ name, type }) => [name, hiveType(type)]));

/** Builds of an hour by their name; null is one that has no rows. */
export interface Hour {
  partition: string;
  builds: Map<string, string>;
}

/** A lake with `events`, `raw_lines` and `events_now`, in the emulator's Athena on 2026-11-22. */
export const nowLake = async (days = 31, afterGlue: (action: string) => Promise<void> = async () => {}) => {
  const athena = await athenaEmulator({}, afterGlue);
  await createTable(athena, 'events', PARQUET, 's3://lake/events/', columns, keys);
  await createLinesTable(athena, rawLinesTable);
  const view = `CREATE VIEW events_now AS ${eventsNowSql(knownEventTypes.values(), catalogColumns, days)}`;
  if ((await athena.reason(view)) !== 'SUCCEEDED ') throw new Error(await athena.reason(view));
  const published = new Set<string>();
  const valuesOf = (partition: string): string[] => partition.split('T');
  const folder = (partition: string): string =>
    valuesOf(partition)
      .map((value, at) => `${['dt', 'hr'][at]}=${value}`)
      .join('/');
  const locationOf = (partition: string, build: string) =>
    `s3://lake/events/${folder(partition)}/build=${build}/`;
  return {
    ...athena,
    land: (partition: string, name: string, lines: readonly string[]): void =>
      athena.objects.put(
        'lake',
        `raw/${folder(partition)}/${name}.ndjson.gz`,
        gzipSync(`${lines.join('\n')}\n`),
      ),
    withdraw: (partition: string, name: string): void =>
      athena.objects.remove('lake', `raw/${folder(partition)}/${name}.ndjson.gz`),
    /** Builds the lines with the real engine. Nobody sees the build until it is published. */
    build: async (partition: string, build: string, lines: readonly string[]): Promise<void> => {
      const key = `raw/${folder(partition)}/x-n${lines.length}.ndjson.gz`;
      const built = await buildObjects([{ key, body: gzipSync(`${lines.join('\n')}\n`) }], partition);
      for (const file of built.files)
        athena.objects.put(
          'lake',
          `events/${folder(partition)}/build=${build}/${basename(file.path)}`,
          readFileSync(file.path),
        );
    },
    publish: async (partition: string, build: string): Promise<void> => {
      const location = locationOf(partition, build);
      if (!published.has(partition)) {
        published.add(partition);
        await addPartition(athena, 'events', PARQUET, valuesOf(partition), location, columns);
        return;
      }
      await athena.glue('UpdatePartition', {
        DatabaseName: 'lake',
        TableName: 'events',
        PartitionValueList: valuesOf(partition),
        PartitionInput: {
          Values: valuesOf(partition),
          StorageDescriptor: {
            Columns: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })),
            Location: location,
            SerdeInfo: { SerializationLibrary: PARQUET },
          },
        },
      });
    },
    /** `id layer`, sorted. */
    ids: async (where = ''): Promise<string[]> => {
      const [, ...rows] = await athena.rows(`SELECT event_id, layer FROM events_now ${where}`);
      return rows.map((row) => row.join(' ')).sort();
    },
  };
};
