import type { LocalObject } from '../../contracts.ts';

/** Objects of one folder, which is one partition of a table (or the whole of one without partitions). */
export interface Folder {
  /** with its trailing slash */
  prefix: string;
  values: string[];
  objects: LocalObject[];
}

export interface TableLayout {
  /** name of the folder that is the table */
  folder: string;
  /** with its trailing slash */
  prefix: string;
  keys: string[];
  partitions: Folder[];
}

const lastFolder = (prefix: string): string => prefix.replace(/\/$/, '').split('/').at(-1) ?? '';

/** The tables at one level below the bucket, which is level 1 itself, whatever is in them. */
export const layOutAtLevel = (
  prefix: string,
  objects: readonly LocalObject[],
  level: number,
): TableLayout[] => {
  const below = Math.max(0, level - prefix.split('/').length);
  const tables = Map.groupBy(objects, (object) => {
    const folders = object.key.slice(prefix.length).split('/').slice(0, -1);
    return folders.length < below
      ? undefined
      : prefix +
          folders
            .slice(0, below)
            .map((folder) => `${folder}/`)
            .join('');
  });
  return [...tables].flatMap(([table, members]) =>
    table === undefined ? [] : [layOutTable(table, members)],
  );
};

/** A folder that holds objects itself. */
interface Leaf {
  prefix: string;
  objects: readonly LocalObject[];
}

const isKeyed = (folder: string): boolean => folder.indexOf('=') > 0;

/**
 * The tables under a prefix, as AWS's guide has them: when the rows of most folders are alike, the folders are partitions of
 * one table at the top, those with a plain name as `partition_0` …; when they are not, each folder below is looked at by
 * itself. `alike` compares the rows of folders.
 */
export const layOutBySchema = (
  prefix: string,
  objects: readonly LocalObject[],
  alike: (folders: readonly Leaf[]) => boolean,
): TableLayout[] => {
  const leaves = [...Map.groupBy(objects, ({ key }) => key.slice(0, key.lastIndexOf('/') + 1))].map(
    ([folder, members]): Leaf => ({ prefix: folder, objects: members }),
  );
  return tablesBelow(prefix, leaves, alike);
};

const tablesBelow = (
  prefix: string,
  leaves: readonly Leaf[],
  alike: (folders: readonly Leaf[]) => boolean,
): TableLayout[] => {
  const children = Map.groupBy(leaves, (leaf) => leaf.prefix.slice(prefix.length).split('/')[0] ?? '');
  const here = children.get('') ?? [];
  children.delete('');
  const [only] = children.keys();
  const next = (name: string, below: readonly Leaf[]): TableLayout[] =>
    tablesBelow(`${prefix}${name}/`, below, alike);
  // One folder on the way to the others is no partition.
  if (here.length === 0 && children.size === 1 && only !== undefined && !isKeyed(only))
    return next(only, leaves);
  if (children.size === 0 || alike(leaves))
    return [
      layOutTable(
        prefix,
        leaves.flatMap((leaf) => leaf.objects),
      ),
    ];
  const own = here.map((leaf) => layOutTable(prefix, leaf.objects));
  return [...own, ...[...children].flatMap(([name, below]) => next(name, below))];
};

const layOutTable = (prefix: string, objects: readonly LocalObject[]): TableLayout => {
  // Folders by their keys: those of the most common kind make the table, strays are left out.
  const kinds = new Map<string, { keys: string[]; folders: Map<string, Folder> }>();
  for (const object of objects) {
    const segments = object.key.slice(prefix.length).split('/').slice(0, -1);
    const keys = segments.map((segment, index) => keyOf(segment, index));
    const id = keys.join('/');
    const kind = kinds.get(id) ?? { keys, folders: new Map() };
    kinds.set(id, kind);
    const place = object.key.slice(0, object.key.lastIndexOf('/') + 1);
    const folder = kind.folders.get(place) ?? {
      prefix: place,
      values: segments.map(folderValue),
      objects: [],
    };
    kind.folders.set(place, folder);
    folder.objects.push(object);
  }
  const [most] = [...kinds.values()].sort((left, right) => right.folders.size - left.folders.size);
  const partitions = [...(most?.folders.values() ?? [])];
  return { folder: lastFolder(prefix), prefix, keys: most?.keys ?? [], partitions };
};

const keyOf = (segment: string, index: number): string => {
  const equals = segment.indexOf('=');
  return equals > 0 ? segment.slice(0, equals).toLowerCase() : `partition_${index}`;
};

/** Hive percent-encodes what a folder name cannot hold. */
const folderValue = (segment: string): string => {
  const value = segment.slice(segment.indexOf('=') + 1);
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};
