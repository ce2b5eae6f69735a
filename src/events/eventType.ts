import type { ColumnName } from './columnCatalog.ts';
import type { Protection } from './protection.ts';

/** An event type we know: its properties that become typed columns. Everything else stays in `properties` alone. */
export interface EventType {
  /** `event_name` of its events, and the name of its view */
  name: string;
  comment: string;
  /** Column of the column catalog → names of the property it is read from; the first that is there (and not null) wins. */
  columns: Readonly<Partial<Record<ColumnName, readonly string[]>>>;
  /** Properties of this type with personal data, by their path (`contact.email`): see personalData.ts. */
  pii?: Readonly<Record<string, Protection>>;
}
