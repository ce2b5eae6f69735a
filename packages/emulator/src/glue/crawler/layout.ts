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

/**
 * Which tables the objects under a prefix make. By itself: `dt=2026-11-01/` folders are partitions of the prefix's
 * own table, a plain folder directly under the prefix is a table of its own, and plain folders further down are
 * partitions without a name (`partition_0` …), as AWS calls them. `level` fixes at which folder the tables are: the
 * bucket is level 1.
 */
export const layOut = (prefix: string, objects: readonly LocalObject[], level?: number): TableLayout[] => {
  const levelOfPrefix = prefix.split('/').length;
  const tables = new Map<string, LocalObject[]>();
  for (const object of objects) {
    const folders = object.key.slice(prefix.length).split('/').slice(0, -1);
    const plain = folders[0] === undefined || folders[0].includes('=') ? 0 : 1;
    const below = level === undefined ? plain : Math.max(0, level - levelOfPrefix);
    if (folders.length < below) continue;
    const table =
      prefix +
      folders
        .slice(0, below)
        .map((folder) => `${folder}/`)
        .join('');
    const known = tables.get(table);
    if (known === undefined) tables.set(table, [object]);
    else known.push(object);
  }
  return [...tables].map(([table, members]) => layOutTable(table, members));
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
