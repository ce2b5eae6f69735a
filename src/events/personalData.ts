import { catalogColumns } from './columnCatalog.ts';
import type { CatalogColumn, EventType, Source } from './eventType.ts';
import {
  everywhere,
  names,
  type ProtectedNames,
  type ProtectedPath,
  type ProtectedPaths,
} from './protectedPaths.ts';
import type { Protection } from './protection.ts';
import { knownEventTypes } from './registry.ts';

/**
 * Rejected events that cannot be read (no JSON, no object, nested too deep) hold their fields where no rule finds them.
 * `keep`: quarantine has their text, to be mended and sent again. `drop`: it has the reason alone.
 */
export const unreadable: 'keep' | 'drop' = 'keep';

const noNames: ProtectedNames = { whole: new Map(), ending: new Map() };

/** What to protect in events of each name; `everywhere` for names that nobody knows. */
export interface Registry {
  everywhere: ProtectedPaths;
  names: ProtectedNames;
  ofType: ReadonlyMap<string, ProtectedPaths>;
  unreadable: 'keep' | 'drop';
}

/** Points are nothing where names are compared, so one that belongs to a name can stay away. */
const pathOf = ({ in: place, path }: Source): ProtectedPath =>
  `${place}.${path.map((name) => name.replaceAll('.', '')).join('.')}`;

const pathsOfType = (
  type: EventType,
  columns: ReadonlyMap<string, CatalogColumn>,
): [ProtectedPath, Protection][] => {
  const ofColumns = Object.entries(type.columns).flatMap(([name, from]) => {
    const pii = columns.get(name)?.pii;
    return pii === undefined ? [] : from.map((source) => [pathOf(source), pii] as const);
  });
  const own = type.pii.map((source) => [pathOf(source), source.protection] as const);
  return [...ofColumns, ...own].map(([path, pii]) => [path, pii]);
};

/** The rules that a column catalog, event types and paths of every event make together. */
export const registryOf = (
  types: Iterable<EventType>,
  columns: readonly CatalogColumn[],
  paths: ProtectedPaths,
  anywhere: ProtectedNames = noNames,
): Registry => {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const ofType = [...types].map(
    (type) => [type.name, new Map([...paths, ...pathsOfType(type, byName)])] as const,
  );
  return { everywhere: paths, names: anywhere, ofType: new Map(ofType), unreadable };
};

/** Headrace's own. */
export const personalData = (): Registry =>
  registryOf(knownEventTypes.values(), catalogColumns, everywhere, names);
