import { basename, extname } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectFolder } from '../../compiler/folder.ts';
import { yamlFiles } from '../../compiler/sourceFiles.ts';
import { catalogColumns } from '../../src/events/columnCatalog.ts';
import type { ColumnType, ScalarType } from '../../src/events/columnType.ts';
import type { EventType, Source } from '../../src/events/eventType.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { buildLines, line, parquetRows } from '../helpers/rawLines.ts';

/** What holds of every event type of the project, whichever they are: values made for each column come out of a build. */

const scalar = (type: ScalarType): unknown => {
  if (type === 'string') return 'text';
  if (type === 'boolean') return false;
  if (type === 'timestamp') return '2026-11-01T05:00:00Z';
  if (type === 'date') return '2026-11-01';
  return 0;
};

const right = (type: ColumnType): unknown => {
  if (typeof type === 'string') return scalar(type);
  if (typeof type.arrayOf === 'string') return [scalar(type.arrayOf)];
  return type.arrayOf.map(({ type: of, from: [path = []] }) => below(path, scalar(of)));
};

/** Contradicts every type but json. */
const wrong = { an: 'object' };

const below = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);

const eventWith = (type: EventType, { in: place, path }: Source, value: unknown): string =>
  line({ event_name: type.name, [place]: JSON.stringify(below(path, value)) });

/** Each place that each column of the project is read from. */
const places = [...knownEventTypes.values()].flatMap((type) =>
  catalogColumns.flatMap((column) =>
    (type.columns[column.name] ?? []).map((source) => ({ type, column, source })),
  ),
);

const builtWith = async (made: (type: ColumnType) => unknown) => {
  if (places.length === 0) return [];
  const lines = places.map(({ type, column, source }) => eventWith(type, source, made(column.type)));
  const { parquetPath } = await buildLines(...lines);
  const columns = catalogColumns.map(({ name }) => `"${name}"`).join(', ');
  const rows = await parquetRows(parquetPath, `SELECT event_id, schema_errors, ${columns} FROM $1`);
  const byId = new Map(rows.map((row) => [row.event_id, row]));
  return places.map((place, at) => {
    const { event_id: id } = JSON.parse(lines[at] ?? '{}');
    return { ...place, row: byId.get(id) ?? {} };
  });
};

const errorsOf = (row: Record<string, unknown>): unknown[] => [row.schema_errors ?? []].flat();

/** `items[0].price` is about `items`. */
const isAbout = (error: unknown, column: string): boolean =>
  error === column || String(error).startsWith(`${column}[`);

const shown = ({ type, column, source }: (typeof places)[number]): string =>
  `${type.name}.${column.name} from ${source.in}.${source.path.join('.')}`;

const fileSchema = z.looseObject({ columns: z.record(z.string(), z.unknown()).nullish() });

/** By the files themselves: a column of a type that was deleted is in the catalog still, by the lock. */
test('every column that a file declares has a place that it is read from', () => {
  const read = new Set(places.map(({ type, column }) => `${type.name}.${column.name}`));
  const files = yamlFiles(projectFolder(), 'events', []);
  const declared = [...knownEventTypes.values()].flatMap(({ name, view }) => {
    const file = files.find((one) => basename(one.file, extname(one.file)) === view);
    const { columns } = fileSchema.parse(parse(file?.text ?? ''));
    return Object.keys(columns ?? {}).map((column) => `${name}.${column}`);
  });
  expect(declared.filter((column) => !read.has(column))).toEqual([]);
});

test('every column of every type is filled from each place that its file names', async () => {
  const built = await builtWith(right);
  const empty = built.filter(
    ({ column, row }) => row[column.name] === null || row[column.name] === undefined,
  );
  expect(empty.map(shown)).toEqual([]);
  const blamed = built.filter(({ column, row }) =>
    errorsOf(row).some((error) => isAbout(error, column.name)),
  );
  expect(blamed.map(shown)).toEqual([]);
});

test('a value that contradicts its column leaves it empty, and names it', async () => {
  const built = (await builtWith(() => wrong)).filter(({ column }) => column.type !== 'json');
  const unnamed = built.filter(
    ({ column, row }) => row[column.name] !== null || !errorsOf(row).includes(column.name),
  );
  expect(unnamed.map(shown)).toEqual([]);
});
