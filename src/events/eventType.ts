import type { ColumnType, Names } from './columnType.ts';
import type { Protection } from './protection.ts';

/** A place in an event: `['properties', 'total', 'amount']`. */
export interface Source {
  in: 'properties' | 'context';
  path: Names;
}

/**
 * What values of a column must be beyond their type. Limits and values are texts, as the file has them: a number keeps
 * its digits. Of an array they hold for each element.
 */
export interface Rules {
  required?: true;
  allowed?: readonly string[];
  min?: string;
  max?: string;
  /** of array<struct>, by the names of its fields */
  fields?: Readonly<Record<string, Rules>>;
}

/** What senders have agreed to. */
export interface Contract {
  /** What is done with an event that contradicts it. `false`: nothing, it is documentation. */
  strict: false | 'warn' | 'reject';
  /** by column */
  columns: Readonly<Record<string, Rules>>;
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
  /** absent where the file says nothing of it */
  contract?: Contract;
}

export interface CatalogColumn {
  name: string;
  type: ColumnType;
  comment: string;
  /** Personal data: hashed or dropped in every type that fills the column. Only text can be hashed. */
  pii?: Protection;
}
