import { z } from 'zod';

/** Tables and views as the template has them. */

const column = z.object({ Name: z.string(), Type: z.string(), Comment: z.string() });
export const table = z.object({
  Name: z.string(),
  TableType: z.string(),
  Parameters: z.record(z.string(), z.unknown()),
  PartitionKeys: z.array(column),
  StorageDescriptor: z.looseObject({ Columns: z.array(column), Location: z.unknown().optional() }),
  ViewOriginalText: z.string().optional(),
});
export const resource = z.object({
  Type: z.string(),
  Properties: z.object({
    TableInput: table.optional(),
    DatabaseInput: z.object({ Name: z.string() }).optional(),
  }),
});
