import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type AthenaEmulator, athenaEmulator } from 'headrace-emulator/testing';
import { z } from 'zod';
import { compiledQueries } from '../../compiler/sql/compile.ts';
import { catalogOf } from '../../resources/data/catalog.ts';
import { archiveCheckSql } from '../../src/etl/archiveCheckSql.ts';
import { ARCHIVE, importBatch, rawKey } from '../../src/lake/layout.ts';
import { landConsumer } from '../../src/landing/landing.ts';
import { type Consumer, consume } from '../../src/sinks/consumer.ts';
import type { StreamedRecord } from '../../src/sinks/kinesisBatch.ts';
import { archiveView } from '../../src/tables/views.ts';
import { catalogParams } from '../helpers/catalogParams.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';
import { aRecord, lineOf } from '../helpers/records.ts';

/** The archive finds what a bug in `land` drops, and the other way round: with the tables of the template. */

const { store, ledger, clock } = eachFakePorts();
const stages: AthenaEmulator[] = [];
let stage: AthenaEmulator;
afterAll(() => Promise.all(stages.map((one) => one.close())));

const tables = z.record(z.string(), z.object({ Properties: z.object({ TableInput: z.json() }) }));

beforeEach(async () => {
  stage = await athenaEmulator();
  stages.push(stage);
  const { Resources } = catalogOf('local', compiledQueries(), catalogParams);
  const { RawLinesTable, QuarantineLinesTable, ArchiveLinesTable } = Resources;
  const declared = tables.parse({ RawLinesTable, QuarantineLinesTable, ArchiveLinesTable });
  for (const { Properties } of Object.values(declared)) {
    const text = JSON.stringify(Properties.TableInput, (_key, value) => value?.['Fn::Sub'] ?? value);
    const input = JSON.parse(text.replaceAll(/\$\{LakeBucket\}/g, 'lake').replaceAll(/\$\{!/g, '$${'));
    await stage.glue('CreateTable', { DatabaseName: 'lake', TableInput: input });
  }
  await stage.rows(`CREATE VIEW archive AS ${archiveView.sql}`);
});

/** As Firehose writes it: record after record, a line break after each. */
const archive = (records: readonly StreamedRecord[], hour = '05'): void => {
  const content = Buffer.concat(records.flatMap(({ data }) => [data, Buffer.from('\n')]));
  const name = `${ARCHIVE}dt=2026-11-01/hr=${hour}/${stage.objects.list('lake', '').length}.gz`;
  stage.objects.put('lake', name, gzipSync(content));
};

type Bug = (consumer: Consumer) => Consumer;
const sound: Bug = (consumer) => consumer;

const land = async (records: readonly StreamedRecord[], bug: Bug = sound): Promise<void> => {
  await consume(records, bug(landConsumer({ store, ...ledger, clock })), store);
  for (const [key, { body }] of store.objects) stage.objects.put('lake', key, body);
};

const check = async (more: Partial<Parameters<typeof archiveCheckSql>[0]> = {}) => {
  const landed = [...ledger.partitionStates.rows.keys()];
  const question = { from: '2026-11-01T05', to: '2026-11-01T06', cut: false };
  const arrivals = ['2026-11-01T04', '2026-11-01T05', '2026-11-01T06'];
  const [, ...rows] = await stage.rows(archiveCheckSql({ ...question, arrivals, landed, ...more }));
  return rows;
};

const refused = (raw: string): string =>
  JSON.stringify({
    refused: {
      ...{ reason: 'missing_event_name', detail: 'the event has no name', source: 'shop' },
      received_at: '2026-11-01T05:10:01.000Z',
    },
    raw,
  });

/** Events of the hour, late ones, two of a source and one of another with the same id, and lines that are no events. */
const records = (): StreamedRecord[] => [
  aRecord('100', [
    ...[1, 2, 3, 4].map((n) => lineOf({ event_id: `e${n}` })),
    lineOf({ event_id: 'late', event_time: '2026-10-02T23:10:00.000Z' }),
    lineOf({ event_id: 'e1', source: 'app' }),
    refused('{"event_id":"bad-1","ü":"\\n"}'),
  ]),
  aRecord('101', [lineOf({ event_id: 'e1' }), lineOf({ event_id: '"quoted"\n' }), '{"cut', 'no json at all']),
  aRecord('102', [lineOf({ event_id: 'odd', event_time: 'yesterday' })]),
  aRecord('103', Buffer.from(lineOf({ event_id: 'no line break' }))),
  aRecord('104', Buffer.from(lineOf({ event_id: 'none either' }))),
  aRecord('105', Buffer.from([0xff, 0xfe, 0x00])),
  aRecord('106', ['neither', 'of these']),
];

test('says nothing when both hold the same, however often', async () => {
  archive(records());
  archive(records(), '06');
  await land(records());
  await land(records().slice(1));
  expect(await check()).toEqual([]);
});

describe('a bug in land', () => {
  const dropping =
    (isLost: (text: string) => boolean): Bug =>
    (consumer) => ({
      ...consumer,
      take: (batch) =>
        consumer.take({ ...batch, events: batch.events.filter((event) => !isLost(event.text())) }),
    });

  test.each([
    ['drops one event', '"e3"', ['archivedNotLanded', '1', '2026-11-01T05', 'e3']],
    ['drops a late event', '"late"', ['archivedNotLanded', '1', '2026-11-01T05', 'late']],
    ['drops events of one source', '"app"', ['archivedNotLanded', '1', '2026-11-01T05', 'e1']],
    ['drops everything', 'event_id', ['archivedNotLanded', '10', '2026-11-01T05', '"quoted"\n']],
  ])('that %s is found', async (_what, text, row) => {
    archive(records());
    await land(
      records(),
      dropping((line) => line.includes(text)),
    );
    expect(await check()).toEqual([row]);
  });

  test('that drops what is not an event is found, but for lines that have no hour', async () => {
    archive(records());
    await land(records(), (consumer) => ({ ...consumer, quarantinesLines: false }));
    expect(await check()).toEqual([
      ['archivedNotLanded', '2', '2026-11-01T05', expect.stringMatching(/bad-1|odd/)],
    ]);
  });
});

describe('an archive', () => {
  test('that lacks a record is found: its events, and what was rejected of it', async () => {
    archive(records().slice(1));
    await land(records());
    expect(await check()).toEqual([['landedNotArchived', '6', '2026-11-01T05', 'e1']]);
  });

  test('that lacks all is found, beside what land lacks', async () => {
    await land(records());
    archive([aRecord('200', [lineOf({ event_id: 'only here' })])]);
    expect(await check()).toEqual([
      ['archivedNotLanded', '1', '2026-11-01T05', 'only here'],
      ['landedNotArchived', expect.any(String), '2026-11-01T05', expect.any(String)],
    ]);
  });
});

describe('what is not asked for', () => {
  test('is received in another hour', async () => {
    archive([aRecord('200', [lineOf({ event_id: 'x', received_at: '2026-11-01T04:59:59.999Z' })])]);
    archive([aRecord('201', [lineOf({ event_id: 'y', received_at: '2026-11-01T06:00:00.000Z' })])]);
    expect(await check()).toEqual([]);
  });

  test('was imported: it never was in the stream', async () => {
    await land([aRecord('100', [lineOf()])]);
    archive([aRecord('100', [lineOf()])]);
    const key = rawKey('2026-11-01T05', importBatch('3f2a9c01d2e4', 1, 1), 1);
    stage.objects.put('lake', key, gzipSync(`${lineOf({ event_id: 'imported' })}\n`));
    expect(await check()).toEqual([]);
  });

  test('is of an hour that the query does not read, where there were too many', async () => {
    archive([aRecord('100', [lineOf({ event_time: '2020-01-01T00:00:00.000Z' })])]);
    expect(await check({ landed: ['2026-11-01T05'], cut: true })).toEqual([]);
  });
});
