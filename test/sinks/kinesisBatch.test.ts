import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kinesisBatch, kinesisShape, recordsOf } from '../../src/sinks/kinesisBatch.ts';

const aBatch = (...data: string[]) => ({
  Records: data.map((text, index) => ({
    eventID: `shardId-000000000003:${100 + index}`,
    eventSource: 'aws:kinesis',
    kinesis: {
      sequenceNumber: String(100 + index),
      approximateArrivalTimestamp: 1793514600.5,
      data: text,
    },
  })),
});

/** A batch with something else in one place. */
const withOther = (place: string, value: unknown): unknown => {
  const [first, second] = aBatch('YQ==', 'Yg==').Records;
  const kinesis = { ...first?.kinesis, [place]: value };
  if (place === 'batch') return value;
  if (place === 'Records') return { Records: value };
  if (place === 'record') return { Records: [first, value] };
  if (place === 'eventID' || place === 'kinesis') return { Records: [first, { ...second, [place]: value }] };
  return { Records: [{ ...first, kinesis }, second] };
};

const places = ['batch', 'Records', 'record', 'eventID', 'kinesis'];
const fields = ['sequenceNumber', 'approximateArrivalTimestamp', 'data', 'colour'];

test('a batch is taken by hand exactly when the schema takes it', () => {
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom(undefined, '', 0, [], {}, Number.NaN));
  let taken = 0;
  fc.assert(
    fc.property(fc.constantFrom(...places, ...fields), values, (place, value) => {
      const batch = withOther(place, value);
      const [quick, slow] = [kinesisBatch, kinesisShape()].map((schema) => schema.safeParse(batch).success);
      expect(quick).toBe(slow);
      taken += quick ? 1 : 0;
    }),
    { seed: 20261101, numRuns: 2_000 },
  );
  expect(taken).toBeGreaterThan(200);
  expect(taken).toBeLessThan(1_800);
});

test('what is not a batch is told as the schema tells it', () => {
  const broken = { Records: [...aBatch('YQ==').Records, { eventID: 7, kinesis: null }] };
  const told = (schema: typeof kinesisBatch | ReturnType<typeof kinesisShape>) =>
    schema.safeParse(broken).error?.issues.map(({ path, message }) => ({ path, message }));

  expect(told(kinesisBatch)).toEqual(told(kinesisShape()));
  expect(told(kinesisBatch)?.map(({ path }) => path.join('.'))).toEqual([
    'Records.1.eventID',
    'Records.1.kinesis',
  ]);
});

test('each record has the bytes of its own base64, however that is written', () => {
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    fc.string({ unit: fc.constantFrom(...'AQz9+/-_= \n') }),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), (all) => {
      const found = recordsOf(aBatch(...all)).map(({ data }) => data.toString('hex'));
      expect(found).toEqual(all.map((each) => Buffer.from(each, 'base64').toString('hex')));
    }),
    { seed: 20261101, numRuns: 1_000 },
  );
});

test('a record has its shard, its sequence and its arrival', () => {
  expect(recordsOf(aBatch('YQ==', ''))).toEqual([
    {
      shard: 'shardId-000000000003',
      sequence: '100',
      arrived: new Date('2026-11-01T06:30:00.500Z'),
      data: Buffer.from('a'),
    },
    expect.objectContaining({ sequence: '101', data: Buffer.alloc(0) }),
  ]);
});
