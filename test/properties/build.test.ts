import '../helpers/shop.ts';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { BuiltFiles } from '../../src/ports/build.ts';
import { fc } from '../helpers/fastCheck.ts';
import { buildObjects, HOUR, line, parquetRows, rawObject } from '../helpers/rawLines.ts';
import { exactOf, objectTree, textOf, treeOf } from './support/jsonText.ts';

/** What a raw object may hold. Few ids and few instants, so that they meet; `bad` is not an event of the hour. */
const rawLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      id: fc.integer({ min: 0, max: 6 }),
      receivedMs: fc.integer({ min: 0, max: 3 }),
      name: fc.constantFrom('page_view', 'zoomed', 'order_completed'),
      value: fc.nat(3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('no json', '{}', line({ event_time: '2026-11-01T06:00:00.000Z' })),
  },
);
type RawLine = { id: number; receivedMs: number; name: string; value: number } | string;

const textOfLine = (one: RawLine): string =>
  typeof one === 'string'
    ? one
    : line({
        event_id: `id-${one.id}`,
        event_name: one.name,
        received_at: `${HOUR}:10:00.00${one.receivedMs}Z`,
        properties: `{"value":${one.value}}`,
      });

/** Cut into objects wherever `cuts` says. */
const objectsOf = (lines: readonly string[], cuts: readonly number[]) => {
  const places = [...new Set(cuts.map((cut) => cut % (lines.length + 1)))].sort((a, b) => a - b);
  const edges = [0, ...places, lines.length];
  return edges.slice(1).flatMap((end, index) => {
    const part = lines.slice(edges[index], end);
    return part.length === 0 ? [] : [rawObject(`part${index}`, part)];
  });
};

/** The naive model: group by id, the first received stays. */
const modelOf = (lines: readonly RawLine[]) => {
  const events = lines.filter((one) => typeof one !== 'string');
  const first = new Map<string, { receivedMs: number; candidates: RawLine[] }>();
  for (const event of events) {
    const id = `id-${event.id}`;
    const known = first.get(id);
    if (known === undefined || event.receivedMs < known.receivedMs)
      first.set(id, { receivedMs: event.receivedMs, candidates: [event] });
    else if (event.receivedMs === known.receivedMs) known.candidates.push(event);
  }
  return { events: events.length, first };
};

const bytesOf = ({ files }: BuiltFiles): Buffer => Buffer.concat(files.map(({ path }) => readFileSync(path)));

const asked = `SELECT event_id, event_name, received_at::VARCHAR AS received_at, properties FROM $1 ORDER BY event_id`;

describe('a partition of any lines, in any objects', () => {
  const partition = fc.tuple(
    fc.array(rawLine, { maxLength: 25 }),
    fc.array(fc.nat(30), { maxLength: 4 }),
    fc.array(fc.nat(30), { maxLength: 4 }),
  );

  test('has each id once, as it was first received, and its counts balance', async () => {
    await fc.assert(
      fc.asyncProperty(partition, async ([lines, cuts]) => {
        const built = await buildObjects(objectsOf(lines.map(textOfLine), cuts));
        const { events, first } = modelOf(lines);
        expect([built.curated, built.duplicates, built.rejected]).toEqual([
          first.size,
          events - first.size,
          lines.length - events,
        ]);
        const rows = await parquetRows(built.parquetPath, asked);
        expect(rows.map((row) => row.event_id)).toEqual([...first.keys()].sort());
        for (const { event_id, event_name, received_at, properties } of rows) {
          const { receivedMs, candidates } = first.get(String(event_id))!;
          expect(Date.parse(`${received_at}Z`)).toBe(Date.parse(`${HOUR}:10:00.00${receivedMs}Z`));
          const { value } = JSON.parse(String(properties));
          expect(candidates).toContainEqual(expect.objectContaining({ name: event_name, value }));
        }
        const rejected =
          built.rejectedPath === undefined
            ? ''
            : gunzipSync(readFileSync(built.rejectedPath)).toString('utf8');
        expect(rejected.split('\n').length - 1).toBe(lines.length - events);
      }),
      { numRuns: 12 },
    );
  });

  test('is the same file, byte for byte, however its lines are ordered and cut, and however often they came', async () => {
    await fc.assert(
      fc.asyncProperty(partition, fc.nat(24), async ([lines, cuts, others], twice) => {
        const texts = lines.map(textOfLine);
        const again = texts.slice(twice);
        const one = await buildObjects(objectsOf(texts, cuts));
        const other = await buildObjects(objectsOf([...again, ...texts.toReversed()], others));
        expect(bytesOf(other).equals(bytesOf(one))).toBe(true);
        const lost = other.curated + other.duplicates + other.rejected - texts.length - again.length;
        expect(lost).toBe(0);
      }),
      { numRuns: 6 },
    );
  });

  test('of several parts has the rows and counts of one, and no id in two of its files', async () => {
    const all = 'SELECT * EXCLUDE (file_row_number) FROM $1 ORDER BY source, event_id';
    await fc.assert(
      fc.asyncProperty(partition, fc.integer({ min: 2, max: 5 }), async ([lines, cuts], parts) => {
        const objects = objectsOf(lines.map(textOfLine), cuts);
        const whole = await buildObjects(objects);
        const cut = await buildObjects(objects, HOUR, parts);
        expect(await parquetRows(cut.parquetPath, all)).toEqual(await parquetRows(whole.parquetPath, all));
        const {
          files: _files,
          folder: _folder,
          parquetPath: _path,
          rejectedPath: _rejected,
          ...said
        } = whole;
        expect(cut).toMatchObject(said);
        expect(cut.files.reduce((sum, { rows }) => sum + rows, 0)).toBe(whole.curated);
        for (const { path, rows } of cut.files) expect(await parquetRows(path)).toHaveLength(rows);
      }),
      { numRuns: 8 },
    );
  });

  test('of several parts is the same files, byte for byte, however its lines are ordered and cut', async () => {
    await fc.assert(
      fc.asyncProperty(partition, async ([lines, cuts, others]) => {
        const texts = lines.map(textOfLine);
        const one = await buildObjects(objectsOf(texts, cuts), HOUR, 3);
        const other = await buildObjects(objectsOf(texts.toReversed(), others), HOUR, 3);
        expect(other.files.map(({ rows }) => rows)).toEqual(one.files.map(({ rows }) => rows));
        expect(bytesOf(other).equals(bytesOf(one))).toBe(true);
      }),
      { numRuns: 6 },
    );
  });

  test('keeps properties and context of any content, and events of any year that has a timestamp', async () => {
    const years = fc.constantFrom(
      '0000-01-01T05',
      '0001-12-31T05',
      '1582-10-10T05',
      '1969-12-31T05',
      '9999-12-31T05',
    );
    const contents = fc.array(fc.tuple(objectTree, objectTree), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(contents, years, async (sent, hour) => {
        const lines = sent.map(([properties, context], index) =>
          line({
            event_id: `id-${String(index).padStart(3, '0')}`,
            event_time: `${hour}:10:00.123Z`,
            properties: textOf(properties),
            context: textOf(context, ' '),
          }),
        );
        const built = await buildObjects([rawObject('a', lines)], hour);
        expect([built.curated, built.rejected]).toEqual([sent.length, 0]);
        const rows = await parquetRows(
          built.parquetPath,
          "SELECT properties, context, strftime(event_time, '%H:%M:%S.%g') AS at FROM $1 ORDER BY event_id",
        );
        for (const [index, [properties, context]] of sent.entries()) {
          expect(rows[index]?.at).toBe('05:10:00.123');
          expect(rows[index]?.properties).toBe(textOf(properties));
          expect(exactOf(treeOf(String(rows[index]?.context)))).toEqual(exactOf(context));
        }
      }),
      { numRuns: 8 },
    );
  });
});
