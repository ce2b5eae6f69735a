import { describe, expect, test } from '@jest/globals';
import { accept } from '../../src/collect/accepting.ts';
import type { CollectedLine } from '../../src/collect/line.ts';
import { CALL_BYTES, CALL_RECORDS, callsOf, pack, RECORD_BYTES } from '../../src/collect/packing.ts';
import { HeadraceError } from '../../src/errors.ts';
import { createFakeStream, type FakeStream, type Plan } from '../helpers/collector.ts';
import { fc } from '../helpers/fastCheck.ts';

const KiB = 1024;

/** A line of so many bytes, recognisable by its number. */
const line = (index: number, size = 100, person: string | null = null): CollectedLine => ({
  eventId: `e${index}`,
  person,
  bytes: Buffer.from(`${String(index).padEnd(size - 1, '.')}\n`),
});

const lines = (count: number, size = 100): CollectedLine[] =>
  Array.from({ length: count }, (_, index) => line(index, size));

const numbersIn = (stream: FakeStream): number[] =>
  stream
    .text()
    .split('\n')
    .slice(0, -1)
    .map((text) => Number.parseInt(text, 10));

/** Puts lines with time that passes only in sleeps (and `callMs` a call), and chance always at its longest wait. */
const put = async (sent: CollectedLine[], plan?: Plan, callMs = 0) => {
  const waits: number[] = [];
  let now = 0;
  const stream = createFakeStream((records, call) => {
    now += callMs;
    return plan === undefined ? records.map(() => undefined) : plan(records, call);
  });
  const acceptance = await accept(sent, {
    stream,
    now: () => now,
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
    random: () => 1,
  });
  return { acceptance, stream, waits };
};

describe('packing', () => {
  test('lines share a record up to 128 KiB; a larger one has its own', () => {
    const packed = pack([...lines(3, 60 * KiB), line(3, 400 * KiB), line(4)], () => 'random');
    expect(packed.map((one) => one.lines)).toEqual([[0, 1], [2], [3], [4]]);
  });

  test("a record's partition key is the person of its first line, else random", () => {
    const sent = [
      line(0, 70 * KiB, 'ann'),
      line(1, 10, 'bob'),
      line(2, 70 * KiB),
      line(3, 70 * KiB, 'é'.repeat(300)),
    ];
    const refused: CollectedLine = {
      refused: { reason: 'invalid_event', detail: '' },
      bytes: Buffer.alloc(100 * KiB),
    };
    expect(pack([...sent, refused], () => 'random').map(({ record }) => record.partitionKey)).toEqual([
      'ann',
      'random',
      'é'.repeat(256),
      'random',
    ]);
  });

  test('no line is lost, doubled, moved or cut, and no limit is passed', () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 10, max: 2_000 }), fc.integer({ min: 10, max: 512 * KiB })),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(sizes, (chosen) => {
        const sent = chosen.map((size, index) => line(index, size));
        const packed = pack(sent, () => 'r');
        expect(packed.flatMap((one) => one.lines)).toEqual(sent.map((_, index) => index));
        const whole = Buffer.concat(packed.map(({ record }) => record.data));
        expect(whole.equals(Buffer.concat(sent.map(({ bytes }) => bytes)))).toBe(true);
        for (const one of packed) {
          if (one.lines.length > 1) expect(one.record.data.length).toBeLessThanOrEqual(RECORD_BYTES);
        }
        const calls = callsOf(packed);
        expect(calls.flat()).toEqual(packed);
        for (const call of calls) {
          const bytes = call.map(({ record }) => record.data.length + record.partitionKey.length);
          expect(bytes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(CALL_BYTES);
        }
      }),
      { numRuns: 50 },
    );
  });

  test(`a call holds at most ${CALL_RECORDS} records`, () => {
    const packed = Array.from({ length: 501 }, (_, index) => ({
      record: { partitionKey: 'k', data: Buffer.from('x') },
      lines: [index],
    }));
    expect(callsOf(packed).map((call) => call.length)).toEqual([500, 1]);
  });
});

describe('accepting', () => {
  test('what the stream takes at once needs one round and no wait', async () => {
    const { acceptance, stream, waits } = await put(lines(5_000));
    expect(acceptance).toMatchObject({ taken: Array(5_000).fill(true), rounds: 1, errorCodes: [] });
    expect(acceptance.records).toHaveLength(stream.taken.length);
    expect(numbersIn(stream)).toEqual(lines(5_000).map((_, index) => index));
    expect([stream.calls, waits]).toEqual([[4], []]);
  });

  test('no lines make no call', async () => {
    const { acceptance, stream } = await put([]);
    expect([acceptance, stream.calls]).toEqual([{ taken: [], rounds: 0, errorCodes: [], records: [] }, []]);
  });

  test('only the records that failed are tried again, after waits that double', async () => {
    const busy = 'ProvisionedThroughputExceededException';
    const { acceptance, stream, waits } = await put(lines(4, 100 * KiB), (records, call) =>
      records.map((_, index) => (call < 3 && index > 0 ? busy : undefined)),
    );
    expect(stream.calls).toEqual([4, 3, 2, 1]);
    expect(waits).toEqual([50, 100, 200]);
    expect(acceptance).toEqual({
      taken: [true, true, true, true],
      rounds: 4,
      errorCodes: [],
      // Each record once, as the try that the stream took it in says.
      records: [1, 2, 3, 4].map((sequence) => `shardId-000000000000:${sequence}`),
    });
    expect(numbersIn(stream)).toEqual([0, 1, 2, 3]);
  });

  test('when the time is used up, what the stream has is told from what it has not', async () => {
    const { acceptance, waits } = await put(lines(3, 100 * KiB), (records) =>
      records.map(({ data }) => (data[0] === 0x31 ? 'InternalFailure' : undefined)),
    );
    expect(acceptance).toMatchObject({ taken: [true, false, true], errorCodes: ['InternalFailure'] });
    expect(waits.reduce((sum, ms) => sum + ms)).toBeLessThan(8_000);
    expect(Math.max(...waits)).toBe(1_600);
  });

  test('calls that take long use up the time as well', async () => {
    const { acceptance, stream } = await put(
      lines(1),
      (records) => records.map(() => 'InternalFailure'),
      3_000,
    );
    expect([stream.calls.length, acceptance.taken]).toEqual([3, [false]]);
  });

  test('a record of whose outcome the stream says nothing is not taken', async () => {
    let now = 0;
    const acceptance = await accept(lines(2, 100 * KiB), {
      stream: { put: async () => [{ taken: true, record: 'shardId-000000000000:1' }] },
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
      random: () => 1,
      budgetMs: 10,
    });
    expect(acceptance).toMatchObject({ taken: [true, false], errorCodes: ['NoOutcome'] });
  });

  test.each(['Throttled', 'Transient'] as const)(
    'a call that fails as a whole (%s) is tried again',
    async (name) => {
      const { acceptance, stream } = await put(lines(2), (records, call) => {
        if (call === 0) throw new HeadraceError(name, 'later');
        return records.map(() => undefined);
      });
      expect(acceptance).toMatchObject({ taken: [true, true], rounds: 2, errorCodes: [] });
      expect(numbersIn(stream)).toEqual([0, 1]);
    },
  );

  test('of several calls only the failed one is tried again', async () => {
    const { acceptance, stream } = await put(lines(45, 127 * KiB), (records, call) => {
      if (call === 1) throw new HeadraceError('Transient', 'later');
      return records.map(() => undefined);
    });
    expect(stream.calls).toEqual([32, 13, 13]);
    expect(acceptance.taken).toEqual(Array(45).fill(true));
    expect(numbersIn(stream)).toEqual(lines(45).map((_, index) => index));
  });

  test('a failure that no retry mends is thrown', async () => {
    const denied = new Error('AccessDeniedException');
    await expect(
      put(lines(1), () => {
        throw denied;
      }),
    ).rejects.toBe(denied);
  });

  test('a line is told as taken exactly when the stream has it, once, whatever fails', async () => {
    const failures = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        failures,
        fc.boolean(),
        async (count, rounds, everAfter) => {
          const { acceptance, stream } = await put(lines(count, 50 * KiB), (records, call) => {
            const round = rounds[call];
            if (round?.length === 1 && round[0]) throw new HeadraceError('Transient', 'broken');
            return records.map((_, index) =>
              (round === undefined ? everAfter : round[index % round.length]) ? 'InternalFailure' : undefined,
            );
          });
          const told = acceptance.taken.flatMap((taken, index) => (taken ? [index] : []));
          expect(numbersIn(stream).sort((a, b) => a - b)).toEqual(told);
        },
      ),
      { numRuns: 100 },
    );
  });
});
