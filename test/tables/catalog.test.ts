import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tableNames } from '../../compiler/events/names.ts';
import { pascal } from '../../compiler/queries/pascal.ts';
import { compiledQueries } from '../../compiler/sql/compile.ts';
import { RESERVED } from '../../compiler/sql/rules.ts';
import {
  catalogOf,
  resources as forOsls,
  publishedMarts,
  queriedObjects,
  shownTables,
  writtenTables,
} from '../../resources/data/catalog.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { knownWindows } from '../../src/events/windows/registry.ts';
import { catalogParams } from '../helpers/catalogParams.ts';
import { resource, table } from '../helpers/glueResources.ts';

const params = { ...catalogParams, rawSince: '2019-04-01' };

const resources = z.record(z.string(), resource).parse(catalogOf('dev', compiledQueries(), params).Resources);
const tables = new Map(
  Object.values(resources).flatMap(({ Properties }) =>
    Properties.TableInput === undefined ? [] : [[Properties.TableInput.Name, Properties.TableInput] as const],
  ),
);
const tableNamed = (name: string) => table.parse(tables.get(name));

describe('the catalog', () => {
  test('has the database of the stage, our tables and a view for each known event type', () => {
    expect(resources.CatalogDatabase?.Properties.DatabaseInput?.Name).toBe('headrace_dev');
    const { marts, views } = compiledQueries();
    const others = [...marts, ...views, ...knownWindows].map(({ name }) => name);
    const ours = [...tableNames, ...others];
    expect([...tables.keys()].sort()).toEqual([...ours, ...knownEventTypes.keys()].sort());
  });

  test('has nothing of windows where the param is off', () => {
    const off = catalogOf('dev', compiledQueries(), { ...params, windows: 'off' });
    expect(Object.keys(off.Resources)).toEqual(
      Object.keys(resources).filter((id) => id !== 'LiveWindowsTable' && !/MinutesView$/.test(id)),
    );
  });

  test('every name and comment fits what Glue takes, and no table has a column twice', () => {
    for (const { StorageDescriptor, PartitionKeys } of tables.values()) {
      const columns = [...StorageDescriptor.Columns, ...PartitionKeys];
      expect(columns.filter(({ Comment }) => Buffer.byteLength(Comment) > 255)).toEqual([]);
      const names = columns.map((one) => one.Name);
      expect(names).toEqual([...new Set(names)].map((one) => one.toLowerCase()));
    }
  });

  test('the events table starts with the envelope', () => {
    const { Columns } = tableNamed('events').StorageDescriptor;
    expect(Columns.slice(0, 4).map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'event_id string',
      'event_name string',
      'event_time timestamp',
      'received_at timestamp',
    ]);
    expect(Columns.find(({ Name }) => Name === 'schema_errors')?.Type).toBe('array<string>');
  });

  test('raw_lines and quarantine_lines are projected onto the keys that landing writes', () => {
    for (const [name, prefix] of [
      ['raw_lines', 'raw'],
      ['quarantine_lines', 'quarantine'],
    ] as const) {
      const { Parameters, PartitionKeys } = tableNamed(name);
      expect(PartitionKeys.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual(['dt string', 'hr string']);
      expect(Parameters).toMatchObject({
        'projection.enabled': 'true',
        'projection.dt.range': `${params.rawSince},NOW+1DAY`,
        'projection.hr.range': '0,23',
        'projection.hr.digits': '2',
        // Fn::Sub writes ${!dt} as ${dt}, which is Athena's.
        'storage.location.template': { 'Fn::Sub': `s3://\${LakeBucket}/${prefix}/dt=\${!dt}/hr=\${!hr}/` },
      });
    }
  });

  test('published tables have no projection: Athena must ask Glue where a partition is', () => {
    for (const name of ['events', ...compiledQueries().marts.map((mart) => mart.name)]) {
      const { Parameters } = tableNamed(name);
      expect(Object.keys(Parameters).filter((key) => key.startsWith('projection'))).toEqual([]);
      expect(Parameters).toMatchObject({ EXTERNAL: 'TRUE', classification: 'parquet' });
    }
  });

  const said: Record<string, string> = {
    'sls:stage': 'prod',
    'param:rawSince': 'NOW-400DAYS',
    'param:archive': 'none',
    'param:windows': 'off',
    'param:liveKeepDays': '35',
  };
  const catalogWith = (nowDays: string) =>
    forOsls({ resolveVariable: async (name) => said[name] ?? nowDays });

  test('asks osls for the stage and its params', async () => {
    const others = { archive: 'none', windows: 'off', liveKeepDays: '35', nowDays: 7 } as const;
    expect(await catalogWith('7')).toEqual(
      catalogOf('prod', compiledQueries(), { rawSince: 'NOW-400DAYS', ...others }),
    );
  });

  test.each(['0', '1.5', 'a week', '40000'])('takes no nowDays such as %s', async (wrong) => {
    await expect(catalogWith(wrong)).rejects.toThrow(`nowDays: "${wrong}" is not a whole number of days`);
  });

  test('events_now has the columns of events, in their order, and the layer', () => {
    const { Columns } = tableNamed('events_now').StorageDescriptor;
    const table = tableNamed('events');
    const events = [...table.StorageDescriptor.Columns, ...table.PartitionKeys];
    const plain = (columns: readonly { Name: string; Type: string }[]) =>
      columns.map(({ Name, Type }) => `${Name} ${Type}`);
    expect(plain(Columns)).toEqual([...plain(events), 'layer string']);
  });
});

describe('what follows from the SQL of a project', () => {
  test('no mart can take the place of another resource of the template', () => {
    const files = readdirSync('resources', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yml'),
    );
    const ids = files.flatMap((name) =>
      [...readFileSync(`resources/${name}`, 'utf8').matchAll(/^ {2}(\w+)(?:Table|View):$/gm)].map(
        ([, id = '']) => id,
      ),
    );
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !RESERVED.map(pascal).includes(id))).toEqual([]);
  });

  test('roles may publish, sweep and read what the queries of the project name, each by its name', async () => {
    const { checks, warnings, marts } = compiledQueries();
    const names = marts.map(({ name }) => name);
    const inGlue = (found: unknown): string[] =>
      [...JSON.stringify(found).matchAll(/table\/\$\{CatalogDatabase\}\/(\w+)/g)].map(
        ([, name = '']) => name,
      );
    expect(inGlue(await publishedMarts())).toEqual(names);
    expect(inGlue(await shownTables())).toEqual(['events', ...names]);
    expect(await writtenTables()).toHaveLength(1 + names.length);
    const read = new Set(['events', ...[...checks, ...warnings, ...marts].flatMap(({ reads }) => reads)]);
    expect(await queriedObjects()).toHaveLength(read.size + 1);
  });
});
