import { expect, test } from '@jest/globals';
import { accept } from '../../src/collect/accepting.ts';
import { MAX_EVENT_BYTES } from '../../src/collect/limits.ts';
import type { CollectedLine } from '../../src/collect/line.ts';
import { CALL_BYTES, CALL_RECORDS, callsOf, pack, RECORD_BYTES } from '../../src/collect/packing.ts';
import { HeadraceError } from '../../src/errors.ts';
import type { StreamRecord } from '../../src/ports/collect.ts';
import { fc } from '../helpers/fastCheck.ts';

/** Around the sizes at which records are closed, and the small ones that fill them. */
const size = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 10, max: 2_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: RECORD_BYTES / 2 - 2, max: RECORD_BYTES / 2 + 2 }) },
  { weight: 1, arbitrary: fc.integer({ min: RECORD_BYTES - 2, max: RECORD_BYTES + 2 }) },
  { weight: 1, arbitrary: fc.constant(MAX_EVENT_BYTES) },
);
const person = fc.oneof(fc.constant(null), fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }));

/** Each begins with its number, so that a line is known again wherever it went. */
const lineOf = (index: number, bytes: number, who: string | null): CollectedLine => {
  const body = Buffer.alloc(bytes, 0x78);
  body.write(`${index};`);
  body[bytes - 1] = 0x0a;
  return { eventId: `e${index}`, person: who, bytes: body };
};
const lines = fc
  .array(fc.tuple(size, person), { maxLength: 120 })
  .map((all) => all.map(([bytes, who], index) => lineOf(index, bytes, who)));

const numbersIn = (records: readonly StreamRecord[]): number[] =>
  records.flatMap(({ data }) =>
    Buffer.from(data)
      .toString('latin1')
      .split('\n')
      .slice(0, -1)
      .map((text) => Number.parseInt(text, 10)),
  );

test('packing loses, doubles and moves no line, and keeps every limit of the stream', () => {
  fc.assert(
    fc.property(lines, (sent) => {
      const packed = pack(sent, () => 'random');
      expect(packed.flatMap((one) => one.lines)).toEqual(sent.map((_, index) => index));
      for (const { record, lines: held } of packed) {
        expect(Buffer.concat(held.map((index) => sent[index]!.bytes)).equals(record.data)).toBe(true);
        expect(record.data.length <= RECORD_BYTES || held.length === 1).toBe(true);
        expect(record.partitionKey.length).toBeGreaterThan(0);
        expect(record.partitionKey.length).toBeLessThanOrEqual(256);
        expect(record.partitionKey.isWellFormed()).toBe(true);
      }
      const calls = callsOf(packed);
      expect(calls.flat()).toEqual(packed);
      for (const call of calls) {
        const bytes = call.map(({ record }) => record.data.length + Buffer.byteLength(record.partitionKey));
        expect(call.length).toBeLessThanOrEqual(CALL_RECORDS);
        expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(CALL_BYTES);
      }
    }),
    { numRuns: 150 },
  );
});

test('a record takes the next line if there is room: no record could hold the first line of the one after', () => {
  fc.assert(
    fc.property(lines, (sent) => {
      const packed = pack(sent, () => 'random');
      for (const [index, { record }] of packed.slice(0, -1).entries()) {
        const next = sent[packed[index + 1]!.lines[0]!]!.bytes.length;
        expect(record.data.length + next).toBeGreaterThan(RECORD_BYTES);
      }
    }),
    { numRuns: 50 },
  );
});

type Weather = ('taken' | 'refused' | 'lost')[];

/** A stream that fails as told: single records, whole calls, and calls that took effect although they failed. */
const streamIn = (weather: Weather) => {
  const stored: StreamRecord[] = [];
  let call = 0;
  const next = () => weather[call++ % weather.length] ?? 'taken';
  return {
    stored,
    async put(records: readonly StreamRecord[]) {
      const whole = next();
      if (whole === 'lost') {
        stored.push(...records);
        throw new HeadraceError('Transient', 'the connection broke after the records were taken');
      }
      return records.map((record) => {
        if (next() === 'refused') return { taken: false as const, errorCode: 'Throughput' };
        stored.push(record);
        return { taken: true as const, record: 's:1' };
      });
    },
  };
};

test('whatever the stream does, a line is acknowledged only if it is there, and one refused all along is not', async () => {
  const weather = fc.array(fc.constantFrom('taken', 'refused', 'lost' as const), {
    minLength: 1,
    maxLength: 12,
  });
  const few = lines.map((all) => all.slice(0, 30));
  let [acknowledged, denied] = [0, 0];
  await fc.assert(
    fc.asyncProperty(few, weather, async (sent, how) => {
      const stream = streamIn(how);
      let now = 0;
      const { taken } = await accept(sent, {
        stream,
        now: () => now,
        sleep: async (ms) => {
          now += ms;
        },
        random: () => 0.5,
        budgetMs: 300,
      });
      const there = new Set(numbersIn(stream.stored));
      for (const [index, said] of taken.entries()) {
        if (said) expect(there).toContain(index);
        if (!there.has(index)) expect(said).toBe(false);
      }
      expect(taken).toHaveLength(sent.length);
      acknowledged += taken.filter((said) => said).length;
      denied += taken.filter((said) => !said).length;
    }),
    { numRuns: 200 },
  );
  // Both were tried.
  expect(acknowledged).toBeGreaterThan(100);
  expect(denied).toBeGreaterThan(100);
});
