import { hiveType, type TableDefinition } from 'headrace-trino';
import { z } from 'zod';
import type { GlueTable } from './glueShapes.ts';

const presto = z.object({ originalSql: z.string(), schema: z.string().optional() });

/** A view's statement as Athena keeps it in Glue: `/* Presto View: <base64 of JSON> *\/`. */
export const viewOf = (table: GlueTable): { sql: string; database: string } | undefined => {
  const [, encoded] = /^\/\* Presto View: (\S+) \*\/$/.exec(table.ViewOriginalText ?? '') ?? [];
  if (!encoded) return undefined;
  const { originalSql, schema } = presto.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  return { sql: originalSql, database: schema ?? table.DatabaseName };
};

/** A table of Glue as the translator knows tables. */
export const definitionOf = (table: GlueTable): TableDefinition => {
  const columns = [
    ...table.StorageDescriptor.Columns.map((c) => ({ name: c.Name.toLowerCase(), type: hiveType(c.Type) })),
    ...table.PartitionKeys.map((c) => ({
      name: c.Name.toLowerCase(),
      type: hiveType(c.Type),
      partition: true,
    })),
  ];
  const view = viewOf(table);
  return { database: table.DatabaseName, name: table.Name, columns, ...(view ? { view } : {}) };
};
