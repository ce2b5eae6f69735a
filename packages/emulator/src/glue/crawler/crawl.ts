import { matchesGlob } from 'node:path';
import type { LocalObject, LocalObjects } from '../../contracts.ts';
import type { Permit } from '../../iam/types.ts';
import { glueDatabase, glueTable } from '../permissions.ts';
import type { Catalog } from '../store.ts';
import type { CrawlerDefinition } from './definition.ts';
import { areSimilar, merge, type Shape } from './inference.ts';
import { type Folder, layOutAtLevel, layOutBySchema, type TableLayout } from './layout.ts';
import { type Found, findOwnTable, publishTable } from './publish.ts';
import { sampleObject } from './sample.ts';

interface CrawlPorts {
  /** with the permissions of the crawler's role */
  objects: LocalObjects;
  catalog: Catalog;
  nowMs: number;
  signal: AbortSignal;
  /** of the crawler's role, if it is limited */
  permit: Permit | undefined;
}

/** Objects looked at in one folder, unless the target's SampleSize says fewer. */
const FILES_PER_FOLDER = 100;

export interface CrawlResult {
  tablesCreated: number;
  tablesUpdated: number;
}

/** Crawls all targets. Throws what ends a crawl as FAILED, its message in words for LastCrawl.ErrorMessage. */
export const crawl = async (definition: CrawlerDefinition, ports: CrawlPorts): Promise<CrawlResult> => {
  const database = definition.DatabaseName ?? 'default';
  ports.permit?.(...glueDatabase('GetDatabase', database));
  if (ports.catalog.database(database) === undefined) {
    throw new Error(`Database ${database} not found.`);
  }
  const result: CrawlResult = { tablesCreated: 0, tablesUpdated: 0 };
  for (const target of definition.Targets.S3Targets) {
    const { bucket, prefix } = placeOf(target.Path);
    const listed = ports.objects
      .list(bucket, prefix)
      .filter((object) => isData(object, prefix, target.Exclusions));
    for (const layout of await layOut(definition, prefix, listed, ports.signal)) {
      const location = `s3://${bucket}/${layout.prefix}`;
      const own = findOwnTable(ports.catalog, definition, database, layout.folder, location);
      ports.permit?.(...glueTable('GetTable', database, own.name));
      if (own.current !== undefined) ports.permit?.(...glueTable('GetPartitions', database, own.name));
      const found = await look(definition, layout, own.knownPartitions, target.SampleSize, ports.signal);
      if (found === undefined) continue;
      const outcome = publishTable(ports, definition, { database, bucket, location, layout, own, found });
      if (outcome === 'created') result.tablesCreated += 1;
      if (outcome === 'updated') result.tablesUpdated += 1;
    }
  }
  return result;
};

const layOut = async (
  { Configuration: { Grouping } }: CrawlerDefinition,
  prefix: string,
  objects: readonly LocalObject[],
  signal: AbortSignal,
): Promise<TableLayout[]> => {
  if (Grouping?.TableLevelConfiguration !== undefined)
    return layOutAtLevel(prefix, objects, Grouping.TableLevelConfiguration);
  if (Grouping?.TableGroupingPolicy !== undefined) return layOutBySchema(prefix, objects, () => true);
  const shapes = await shapesOf(objects, signal);
  return layOutBySchema(prefix, objects, (folders) =>
    mostAreAlike(folders.flatMap((folder) => shapes.get(folder.prefix) ?? [])),
  );
};

/** What the first readable object of each folder holds. */
const shapesOf = async (
  objects: readonly LocalObject[],
  signal: AbortSignal,
): Promise<Map<string, Shape>> => {
  const shapes = new Map<string, Shape>();
  for (const object of objects) {
    const folder = object.key.slice(0, object.key.lastIndexOf('/') + 1);
    if (shapes.has(folder)) continue;
    signal.throwIfAborted();
    const sample = await sampleObject(object);
    if (sample !== undefined) shapes.set(folder, sample.shape);
  }
  return shapes;
};

const mostAreAlike = (shapes: readonly Shape[]): boolean =>
  shapes.length < 2 ||
  shapes.some((shape) => shapes.filter((other) => areSimilar(shape, other)).length > shapes.length / 2);

const placeOf = (path: string): { bucket: string; prefix: string } => {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(path);
  if (match === null) throw new Error(`The target ${path} must be an S3 path.`);
  const [, bucket = '', rest = ''] = match;
  return { bucket, prefix: rest === '' || rest.endsWith('/') ? rest : `${rest}/` };
};

/** Folder markers, empty objects and names that begin with `_` or `.` are no data. */
const isData = (object: LocalObject, prefix: string, exclusions: readonly string[]): boolean => {
  const relative = object.key.slice(prefix.length);
  const hidden = relative.split('/').some((segment) => /^[_.]/.test(segment));
  return object.bytes > 0 && !hidden && !exclusions.some((pattern) => matchesGlob(relative, pattern));
};

/** Samples the folders to look at. undefined: nothing new, or nothing in it that we can read. */
const look = async (
  definition: CrawlerDefinition,
  layout: TableLayout,
  known: ReadonlySet<string>,
  sampleSize: number | null | undefined,
  signal: AbortSignal,
): Promise<Found | undefined> => {
  const newOnly = definition.RecrawlPolicy.RecrawlBehavior === 'CRAWL_NEW_FOLDERS_ONLY';
  const folders = layout.partitions.filter((folder) => !newOnly || !known.has(JSON.stringify(folder.values)));
  const found: Found = {
    shape: { kind: 'null' },
    folders: [],
    lines: 0,
    sampledBytes: 0,
  };
  for (const folder of folders) {
    const shape = await lookInto(folder, sampleSize ?? FILES_PER_FOLDER, found, signal);
    if (shape === undefined) continue;
    found.shape = merge(found.shape, shape);
    found.folders.push({ folder, shape });
  }
  return found.folders.length === 0 ? undefined : found;
};

const lookInto = async (
  folder: Folder,
  limit: number,
  counts: { lines: number; sampledBytes: number },
  signal: AbortSignal,
): Promise<Shape | undefined> => {
  let shape: Shape | undefined;
  for (const object of folder.objects.slice(0, limit)) {
    signal.throwIfAborted();
    const sample = await sampleObject(object);
    if (sample === undefined) continue;
    shape = merge(shape ?? { kind: 'null' }, sample.shape);
    counts.lines += sample.lines;
    counts.sampledBytes += sample.bytes;
  }
  return shape;
};
