import { catalogColumns } from './columnCatalog.ts';
import type { CatalogColumn, EventType, Source } from './eventType.ts';
import { everywhere, type ProtectedPath, type ProtectedPaths, traits } from './protectedPaths.ts';
import type { Protection } from './protection.ts';
import { knownEventTypes } from './registry.ts';

/**
 * Names that say what stands under them: protected wherever they stand in properties or context, at any depth and in
 * lists. Compared without case, `_`, `-`, points and spaces, so that `e-mail` and `firstName` are found however they are
 * spelled. Paths above and in the column catalog are compared in the same way.
 */
const names: ProtectedNames = {
  whole: new Map<string, Protection>([
    ...traits,
    ['emails', 'hash'],
    ['phones', 'hash'],
    ['telephone', 'hash'],
    ['advertisingId', 'hash'],
    ['ip', 'hash'],
    ['ipAddress', 'hash'],
    ['birthDate', 'drop'],
    ['dateOfBirth', 'drop'],
    ['shippingAddress', 'drop'],
    ['billingAddress', 'drop'],
  ]),
  ending: new Map<string, Protection>([
    ['email', 'hash'],
    ['emailAddress', 'hash'],
    ['phone', 'hash'],
    ['phoneNumber', 'hash'],
    ['firstName', 'drop'],
    ['lastName', 'drop'],
  ]),
};

/**
 * Rejected events that cannot be read (no JSON, no object, nested too deep) hold their fields where no rule finds them.
 * `keep`: quarantine has their text, to be mended and sent again. `drop`: it has the reason alone.
 */
export const unreadable: 'keep' | 'drop' = 'keep';

/** Names of members that are protected at any depth. */
export interface ProtectedNames {
  whole: ReadonlyMap<string, Protection>;
  /** the last words of a longer name, too: `customer_email`, `customerEmail` */
  ending: ReadonlyMap<string, Protection>;
}

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
