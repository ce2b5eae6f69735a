import { describe, expect, test } from '@jest/globals';
import { failedRecords, landFailedBatches } from '../../cli/quarantine/failedBatches.ts';
import { recordEffects } from '../helpers/effects.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { createFakeStore, fixedClock } from '../helpers/fakes.ts';
import { aRecord, kinesisEventOf, lineOf } from '../helpers/records.ts';

const KEY = 'aws/lambda/uuid/shardId-000000000000/2026/11/01/2026-11-01T05.00.00-random';
const URI = `s3://lake/${KEY}`;

const shard = 'shardId-000000000000';
const event = kinesisEventOf([{ ...aRecord('42', [lineOf({ event_id: 'e' })]), shard }]);
const document = JSON.stringify({ version: '1.0', payload: JSON.stringify(event) });

const dependenciesOf = () => {
  const effects = recordEffects();
  return {
    effects,
    store: createFakeStore({ effects }),
    failed: createFakeStore({ effects }),
    ...createFakeLedger({ effects }),
    clock: fixedClock(),
  };
};

describe('failed batches', () => {
  test('are read as AWS writes them: the payload is the event as text', () => {
    const [record] = failedRecords(document, KEY);
    expect([record?.shard, record?.sequence]).toEqual(['shardId-000000000000', '42']);
    expect(record?.data.toString()).toContain('"event_id":"e"');
  });

  test.each(['', '{}', '{"payload":"{}"}', '{"payload":{"Records":[{}]}}'])(
    'that read %s are named',
    (text) => {
      expect(() => failedRecords(text, KEY)).toThrow(KEY);
    },
  );

  test('land under the name of their first record, and are moved away only then', async () => {
    const dependencies = dependenciesOf();
    dependencies.failed.seed(KEY, document);
    const batches = await landFailedBatches(dependencies.failed, dependencies, { dryRun: false });
    expect(batches).toMatchObject([
      { key: KEY, uri: URI, records: 1, landed: { rawRows: 1, quarantined: 0 } },
    ]);
    expect(dependencies.effects.list).toEqual([
      'put raw/dt=2026-11-01/hr=05/shardId-000000000000-42-n1.ndjson.gz',
      'markStale 2026-11-01T05',
      `put aws-lambda-replayed/${KEY.slice('aws/lambda/'.length)}`,
      `remove ${KEY}`,
    ]);
    expect(await landFailedBatches(dependencies.failed, dependencies, { dryRun: false })).toEqual([]);
  });

  test('are only counted in a dry run', async () => {
    const dependencies = dependenciesOf();
    dependencies.failed.seed(KEY, document);
    expect(await landFailedBatches(dependencies.failed, dependencies, { dryRun: true })).toEqual([
      { key: KEY, uri: URI, records: 1 },
    ]);
    expect(dependencies.effects.list).toEqual([]);
  });

  test('that cannot be landed stay where they are, and hold up no other', async () => {
    const dependencies = dependenciesOf();
    dependencies.failed.seed('aws/lambda/a-damaged', '{');
    dependencies.failed.seed(KEY, document);
    const batches = await landFailedBatches(dependencies.failed, dependencies, { dryRun: false });
    expect(batches[0]?.problem).toContain('aws/lambda/a-damaged');
    expect(batches[1]?.landed?.rawRows).toBe(1);
    expect(dependencies.failed.keys()).toContain('aws/lambda/a-damaged');
  });

  test('stay when the ledger could not be told', async () => {
    const dependencies = dependenciesOf();
    dependencies.failed.seed(KEY, document);
    dependencies.partitionStates.markStale = async () => {
      throw new Error('the ledger is away');
    };
    const [batch] = await landFailedBatches(dependencies.failed, dependencies, { dryRun: false });
    expect(batch?.problem).toContain('the ledger is away');
    expect(dependencies.failed.keys()).toContain(KEY);
  });
});
