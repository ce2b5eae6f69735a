import {
  CreatePartitionCommand,
  DeletePartitionCommand,
  GetPartitionCommand,
  GetTableCommand,
  type GlueClient,
  type PartitionInput,
  paginateGetPartitions,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import { HeadraceError } from '../errors.ts';
import type { Catalog, LocatedPartition } from '../ports/catalog.ts';
import { calling, isNamed } from './failures.ts';

/** What `call` gives, or undefined when Glue knows no such thing. */
const ifThere = async <Result>(call: () => Promise<Result>): Promise<Result | undefined> => {
  try {
    return await call();
  } catch (error) {
    if (isNamed(error, 'EntityNotFoundException')) return undefined;
    throw error;
  }
};

/** The partitions of our tables in Glue. Throttled, Transient and Conflict as in failures.ts. */
export class GlueCatalog implements Catalog {
  readonly #client: GlueClient;
  readonly #database: string;

  constructor(client: GlueClient, database: string) {
    this.#client = client;
    this.#database = database;
  }

  partitionLocation(table: string, values: readonly string[]): Promise<string | undefined> {
    return calling(`Looking up ${this.#name(table, values)}`, () => this.#locate(table, values));
  }

  partitionLocations(table: string, fromDay?: string, toDay?: string): Promise<LocatedPartition[]> {
    return calling(`Listing the partitions of ${this.#database}.${table}`, async () => {
      const bounds = [
        ...(fromDay === undefined ? [] : [`dt >= '${fromDay}'`]),
        ...(toDay === undefined ? [] : [`dt <= '${toDay}'`]),
      ];
      const request = {
        ...this.#table(table),
        ExcludeColumnSchema: true, // 60 columns a partition, which nobody asks for here
        ...(bounds.length === 0 ? {} : { Expression: bounds.join(' AND ') }),
      };
      const found: LocatedPartition[] = [];
      for await (const page of paginateGetPartitions({ client: this.#client }, request)) {
        for (const { Values, StorageDescriptor } of page.Partitions ?? []) {
          found.push({ values: Values ?? [], location: StorageDescriptor?.Location ?? '' });
        }
      }
      return found;
    });
  }

  pointPartition(table: string, values: readonly string[], location: string) {
    return calling(`Pointing ${this.#name(table, values)} to ${location}`, async () => {
      const now = await this.#locate(table, values);
      if (now === location) return 'unchanged' as const;
      const input = await this.#describe(table, values, location);
      if (now === undefined && (await this.#create(table, input))) return 'created' as const;
      await this.#update(table, values, input);
      return 'moved' as const;
    });
  }

  dropPartition(table: string, values: readonly string[]): Promise<void> {
    return calling(`Dropping ${this.#name(table, values)}`, async () => {
      const request = { ...this.#table(table), PartitionValues: [...values] };
      await ifThere(() => this.#client.send(new DeletePartitionCommand(request)));
    });
  }

  async #locate(table: string, values: readonly string[]): Promise<string | undefined> {
    const request = { ...this.#table(table), PartitionValues: [...values] };
    const found = await ifThere(() => this.#client.send(new GetPartitionCommand(request)));
    return found?.Partition?.StorageDescriptor?.Location;
  }

  /** Columns, format and SerDe as the table has them now: Glue keeps a copy of these with every partition. */
  async #describe(table: string, values: readonly string[], location: string): Promise<PartitionInput> {
    const request = { DatabaseName: this.#database, Name: table };
    const found = await ifThere(() => this.#client.send(new GetTableCommand(request)));
    if (found === undefined) {
      const message = `Table ${this.#database}.${table} is not in the catalog: deploy resources/catalog.yml first.`;
      throw new HeadraceError('ConfigurationInvalid', message);
    }
    return {
      Values: [...values],
      StorageDescriptor: { ...found.Table?.StorageDescriptor, Location: location },
    };
  }

  /** False when somebody else created the partition since we looked. */
  async #create(table: string, input: PartitionInput): Promise<boolean> {
    try {
      await this.#client.send(new CreatePartitionCommand({ ...this.#table(table), PartitionInput: input }));
      return true;
    } catch (error) {
      if (isNamed(error, 'AlreadyExistsException')) return false;
      throw error;
    }
  }

  async #update(table: string, values: readonly string[], input: PartitionInput): Promise<void> {
    const request = { ...this.#table(table), PartitionValueList: [...values], PartitionInput: input };
    const updated = await ifThere(() => this.#client.send(new UpdatePartitionCommand(request)));
    if (updated !== undefined) return;
    throw new HeadraceError('Conflict', `${this.#name(table, values)} was dropped while it was being moved.`);
  }

  #table(table: string) {
    return { DatabaseName: this.#database, TableName: table };
  }

  #name(table: string, values: readonly string[]): string {
    return `partition ${values.join('/')} of ${this.#database}.${table}`;
  }
}
