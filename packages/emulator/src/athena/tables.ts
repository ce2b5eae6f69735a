import type { Statement, TableDefinition } from 'headrace-trino';
import { parseStatement, TrinoError, tableNames } from 'headrace-trino';
import { definitionOf } from './definitions.ts';
import type { GlueCatalog, GlueTable } from './glueShapes.ts';
import { informationSchema } from './informationSchema.ts';

export const CATALOG = 'awsdatacatalog';

/** `[catalog.]database.table` → database and table. Throws for a catalog that is not Glue's. */
export const placeOf = (parts: readonly string[], database: string): { database: string; name: string } => {
  const [name = '', schema = database, catalog = CATALOG] = [...parts].reverse();
  if (catalog !== CATALOG) throw new TrinoError('NOT_SUPPORTED', `the catalog ${catalog} is not emulated`);
  return { database: schema, name };
};

/** The tables a statement names, and those its views name: one look at the catalog, the same for the whole query. */
export class TableSnapshot {
  readonly glueTables = new Map<string, GlueTable>();
  readonly #definitions = new Map<string, TableDefinition>();
  readonly #databases = new Map<string, boolean>();
  readonly #catalog: GlueCatalog;

  constructor(catalog: GlueCatalog) {
    this.#catalog = catalog;
  }

  async load(statement: Parameters<typeof tableNames>[0], database: string): Promise<void> {
    for (const parts of tableNames(statement)) {
      const place = placeOf(
        parts.map((part) => part.toLowerCase()),
        database,
      );
      await this.#loadTable(place.database, place.name);
    }
  }

  async #loadTable(database: string, name: string): Promise<void> {
    const key = `${database}.${name}`;
    if (this.#definitions.has(key)) return;
    if (database === 'information_schema') {
      const definition = informationSchema(name);
      if (definition) this.#definitions.set(key, definition);
      return;
    }
    const table = await this.#catalog.table(database, name);
    if (!table) {
      this.#databases.set(database, await this.#catalog.hasDatabase(database));
      return;
    }
    const definition = definitionOf({ ...table, DatabaseName: database });
    this.glueTables.set(key, table);
    this.#definitions.set(key, definition);
    if (definition.view) await this.load(parseStatement(definition.view.sql), definition.view.database);
  }

  readonly resolve: Statement['table'] = (parts, database, at) => {
    const place = placeOf(parts, database);
    const found = this.#definitions.get(`${place.database}.${place.name}`);
    if (found) return found;
    if (this.#databases.get(place.database) === false) {
      throw new TrinoError('SCHEMA_NOT_FOUND', `Schema '${place.database}' does not exist`, at);
    }
    const full = `${CATALOG}.${place.database}.${place.name}`;
    throw new TrinoError('TABLE_NOT_FOUND', `Table '${full}' does not exist`, at);
  };
}
