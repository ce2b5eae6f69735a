import type { ColumnType, Names } from './columnType.ts';
import type { Protection } from './protection.ts';

/** A place in an event: `['properties', 'total', 'amount']`. */
export interface Source {
  in: 'properties' | 'context';
  path: Names;
}

/** An event type we know: what of its events becomes typed columns. Everything else stays in `properties` alone. */
export interface EventType {
  /** `event_name` of its events */
  name: string;
  /** Its view, named like its file */
  view: string;
  comment: string;
  /** Column of the catalog → where it is read from; the first that is there (and not null) wins. */
  columns: Readonly<Record<string, readonly Source[]>>;
  /** Personal data of this type beside its columns: see personalData.ts. */
  pii: readonly (Source & { protection: Protection })[];
}

export interface CatalogColumn {
  name: string;
  type: ColumnType;
  comment: string;
  /** Personal data: hashed or dropped in every type that fills the column. Only text can be hashed. */
  pii?: Protection;
}
