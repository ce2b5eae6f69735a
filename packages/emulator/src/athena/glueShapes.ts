import { z } from 'zod';
import { AwsError, type CallContext, type Json, type JsonObject, type JsonService } from '../contracts.ts';

/** What Athena reads of Glue's answers. */

const column = z.object({
  Name: z.string(),
  Type: z.string().default('string'),
  Comment: z.string().optional(),
});
const texts = z.record(z.string(), z.string()).default({});

export const storage = z.object({
  Columns: z.array(column).default([]),
  Location: z.string().default(''),
  InputFormat: z.string().default(''),
  OutputFormat: z.string().default(''),
  SerdeInfo: z
    .object({ SerializationLibrary: z.string().default(''), Parameters: texts })
    .default({ SerializationLibrary: '', Parameters: {} }),
});

export const glueTable = z.object({
  Name: z.string(),
  DatabaseName: z.string().default(''),
  TableType: z.string().default(''),
  CreateTime: z.number().optional(),
  UpdateTime: z.number().optional(),
  ViewOriginalText: z.string().optional(),
  Parameters: texts,
  PartitionKeys: z.array(column).default([]),
  StorageDescriptor: storage.default({
    Columns: [],
    Location: '',
    InputFormat: '',
    OutputFormat: '',
    SerdeInfo: { SerializationLibrary: '', Parameters: {} },
  }),
});
export type GlueTable = z.infer<typeof glueTable>;

/** Its storage is read with `storage`, of those that a query is left with: there may be thousands. */
const gluePartition = z.object({ Values: z.array(z.string()), StorageDescriptor: z.unknown() });
type GluePartition = z.infer<typeof gluePartition>;

const tablePage = z.object({ TableList: z.array(glueTable), NextToken: z.string().optional() });
const partitionPage = z.object({ Partitions: z.array(gluePartition), NextToken: z.string().optional() });
const databasePage = z.object({
  DatabaseList: z.array(z.object({ Name: z.string(), Description: z.string().optional() })),
  NextToken: z.string().optional(),
});

/** The catalog as Athena sees it: with the permissions of whoever calls Athena. */
export class GlueCatalog {
  readonly #glue: JsonService;
  readonly #caller: CallContext;

  constructor(glue: JsonService, caller: CallContext) {
    this.#glue = glue;
    this.#caller = caller;
  }

  async call(action: string, input: JsonObject): Promise<JsonObject> {
    return this.#glue.call(action, input, this.#caller);
  }

  /** undefined when the table, or its database, is not there. */
  async table(database: string, name: string): Promise<GlueTable | undefined> {
    const answer = await this.#orMissing('GetTable', { DatabaseName: database, Name: name });
    return answer && glueTable.parse(answer.Table);
  }

  async hasDatabase(name: string): Promise<boolean> {
    return (await this.#orMissing('GetDatabase', { Name: name })) !== undefined;
  }

  async databases(): Promise<{ Name: string; Description?: string | undefined }[]> {
    return this.#pages('GetDatabases', {}, (page) => {
      const { DatabaseList, NextToken } = databasePage.parse(page);
      return { items: DatabaseList, NextToken };
    });
  }

  async tables(database: string): Promise<GlueTable[]> {
    return this.#pages('GetTables', { DatabaseName: database }, (page) => {
      const { TableList, NextToken } = tablePage.parse(page);
      return { items: TableList, NextToken };
    });
  }

  async partitions(database: string, name: string): Promise<GluePartition[]> {
    return this.#pages('GetPartitions', { DatabaseName: database, TableName: name }, (page) => {
      const { Partitions, NextToken } = partitionPage.parse(page);
      return { items: Partitions, NextToken };
    });
  }

  async #orMissing(action: string, input: JsonObject): Promise<JsonObject | undefined> {
    try {
      return await this.call(action, input);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'EntityNotFoundException') return undefined;
      throw error;
    }
  }

  async #pages<Item>(
    action: string,
    input: JsonObject,
    read: (page: Json) => { items: Item[]; NextToken?: string | undefined },
  ): Promise<Item[]> {
    const found: Item[] = [];
    let token: string | undefined;
    do {
      const page = read(await this.call(action, token ? { ...input, NextToken: token } : input));
      found.push(...page.items);
      token = page.NextToken;
    } while (token);
    return found;
  }
}
