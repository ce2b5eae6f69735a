export interface LocatedPartition {
  values: string[];
  location: string;
}

/** The Glue catalog: the partitions of our own tables. */
export interface Catalog {
  /** Where the partition points now, or undefined. `values` in the order of the table's partition keys. */
  partitionLocation(table: string, values: readonly string[]): Promise<string | undefined>;
  /** All partitions of a table whose first key, a day, is between these two, both inclusive; without them, all. */
  partitionLocations(table: string, fromDay?: string, toDay?: string): Promise<LocatedPartition[]>;
  /** Creates the partition or moves it to the new location, with the table's current columns: one atomic call. */
  pointPartition(
    table: string,
    values: readonly string[],
    location: string,
  ): Promise<'created' | 'moved' | 'unchanged'>;
  dropPartition(table: string, values: readonly string[]): Promise<void>;
}
