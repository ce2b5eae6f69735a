import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import { AwsError, type Json, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import {
  anyObject,
  type CatalogAction,
  type CatalogCore,
  inTable,
  notFound,
  page,
  pageInput,
  parse,
  pick,
} from '../core.ts';
import { compileExpression } from '../expression.ts';
import { requireTable } from './tables.ts';

const fields = ['Values', 'LastAccessTime', 'LastAnalyzedTime', 'StorageDescriptor', 'Parameters'];

const values = z.array(z.string());

/** Most items of the batch calls, as in AWS. */
const MAX_CREATE = 100;
const MAX_GET = 1000;
const MAX_DELETE = 25;

interface Target {
  database: string;
  table: string;
  keys: { Name: string; Type: string }[];
}

const keysOf = z.array(z.object({ Name: z.string(), Type: z.string().default('string') })).default([]);

const targetOf = (core: CatalogCore, input: JsonObject): Target => {
  const { DatabaseName: database, TableName: table } = parse(inTable, input);
  const found = requireTable(core, database, table);
  return { database, table, keys: keysOf.parse(found.PartitionKeys) };
};

const valuesOf = (target: Target, partition: JsonObject): string[] => {
  const { Values } = parse(z.object({ Values: values }), partition);
  if (Values.length !== target.keys.length) {
    throw new AwsError(
      'InvalidInputException',
      `The number of partition keys do not match the number of partition values: table ${target.table} has ${target.keys.length}, got ${Values.length}.`,
    );
  }
  return Values;
};

const bodyOf = (
  core: CatalogCore,
  target: Target,
  input: JsonObject,
  createdS: Json | undefined,
): JsonObject => ({
  ...pick(input, fields),
  DatabaseName: target.database,
  TableName: target.table,
  CreationTime: createdS ?? core.now() / 1000,
  CatalogId: ACCOUNT_ID,
});

const create = (core: CatalogCore, target: Target, input: JsonObject): void => {
  const key = valuesOf(target, input);
  if (core.catalog.partition(target.database, target.table, key) !== undefined) {
    throw new AwsError('AlreadyExistsException', 'Partition already exists.');
  }
  core.catalog.putPartition(target.database, target.table, key, bodyOf(core, target, input, undefined));
};

/** Values may change: then the partition moves to its new place, unless somebody is there. */
const update = (core: CatalogCore, target: Target, old: readonly string[], input: JsonObject): void => {
  const before = core.catalog.partition(target.database, target.table, old);
  if (before === undefined) throw notFound('Partition');
  const key = valuesOf(target, input);
  if (JSON.stringify(key) !== JSON.stringify(old)) {
    if (core.catalog.partition(target.database, target.table, key) !== undefined) {
      throw new AwsError('AlreadyExistsException', 'Partition already exists.');
    }
    core.catalog.deletePartition(target.database, target.table, old);
  }
  const body = bodyOf(core, target, input, before.CreationTime);
  core.catalog.putPartition(target.database, target.table, key, body);
};

const remove = (core: CatalogCore, target: Target, key: readonly string[]): void => {
  if (!core.catalog.deletePartition(target.database, target.table, key)) throw notFound('Partition');
};

/** Runs a batch item by item: what fails is reported, the rest is done. */
const batch = <T>(
  items: readonly T[],
  work: (item: T) => void,
  describe: (item: T) => JsonObject,
): JsonObject => {
  const Errors: JsonObject[] = [];
  for (const item of items) {
    try {
      work(item);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ ...describe(item), ErrorDetail: { ErrorCode: error.code, ErrorMessage: error.message } });
    }
  }
  return { Errors };
};

const createPartition: CatalogAction = (core, input) => {
  const { PartitionInput } = parse(z.object({ PartitionInput: anyObject }), input);
  core.catalog.atomic(() => create(core, targetOf(core, input), PartitionInput));
  return {};
};

const batchCreatePartition: CatalogAction = (core, input) => {
  const { PartitionInputList } = parse(
    z.object({ PartitionInputList: z.array(anyObject).max(MAX_CREATE) }),
    input,
  );
  const target = targetOf(core, input);
  return core.catalog.atomic(() =>
    batch(
      PartitionInputList,
      (item) => create(core, target, item),
      (item) => ({ PartitionValues: item.Values ?? [] }),
    ),
  );
};

const updatePartition: CatalogAction = (core, input) => {
  const schema = z.object({ PartitionValueList: values, PartitionInput: anyObject });
  const { PartitionValueList, PartitionInput } = parse(schema, input);
  core.catalog.atomic(() => update(core, targetOf(core, input), PartitionValueList, PartitionInput));
  return {};
};

const batchUpdatePartition: CatalogAction = (core, input) => {
  const entry = z.object({ PartitionValueList: values, PartitionInput: anyObject });
  const { Entries } = parse(z.object({ Entries: z.array(entry).max(MAX_CREATE) }), input);
  const target = targetOf(core, input);
  return core.catalog.atomic(() =>
    batch(
      Entries,
      (item) => update(core, target, item.PartitionValueList, item.PartitionInput),
      (item) => ({ PartitionValueList: item.PartitionValueList }),
    ),
  );
};

const deletePartition: CatalogAction = (core, input) => {
  const { PartitionValues } = parse(z.object({ PartitionValues: values }), input);
  remove(core, targetOf(core, input), PartitionValues);
  return {};
};

const valueLists = z.array(z.object({ Values: values }));

const batchDeletePartition: CatalogAction = (core, input) => {
  const { PartitionsToDelete } = parse(z.object({ PartitionsToDelete: valueLists.max(MAX_DELETE) }), input);
  const target = targetOf(core, input);
  return core.catalog.atomic(() =>
    batch(
      PartitionsToDelete,
      (item) => remove(core, target, item.Values),
      (item) => ({ PartitionValues: item.Values }),
    ),
  );
};

const getPartition: CatalogAction = (core, input) => {
  const { PartitionValues } = parse(z.object({ PartitionValues: values }), input);
  const { database, table } = targetOf(core, input);
  const Partition = core.catalog.partition(database, table, PartitionValues);
  if (Partition === undefined) throw notFound('Partition');
  return { Partition };
};

const batchGetPartition: CatalogAction = (core, input) => {
  const { PartitionsToGet } = parse(z.object({ PartitionsToGet: valueLists.max(MAX_GET) }), input);
  const { database, table } = targetOf(core, input);
  const found = PartitionsToGet.map((item) => core.catalog.partition(database, table, item.Values));
  return { Partitions: found.filter((partition) => partition !== undefined), UnprocessedKeys: [] };
};

const getPartitionsInput = z.object({
  ...pageInput.shape,
  Expression: z.string().optional(),
  ExcludeColumnSchema: z.boolean().nullish(),
  Segment: z
    .object({ SegmentNumber: z.int().min(0).max(9), TotalSegments: z.int().min(1).max(10) })
    .refine((segment) => segment.SegmentNumber < segment.TotalSegments)
    .optional(),
});

const getPartitions: CatalogAction = (core, input) => {
  const request = parse(getPartitionsInput, input);
  const { database, table, keys } = targetOf(core, input);
  const wanted = compileExpression(request.Expression ?? '', keys);
  const all = core.catalog.partitions(database, table).filter((partition) => {
    const key = values.parse(partition.Values);
    return isInSegment(key, request.Segment) && wanted(key);
  });
  const { items, NextToken } = page(all, request, MAX_GET);
  const Partitions = request.ExcludeColumnSchema === true ? items.map(withoutColumns) : items;
  return jsonObject({ Partitions, NextToken });
};

const isInSegment = (
  key: readonly string[],
  segment: { SegmentNumber: number; TotalSegments: number } | undefined,
): boolean => {
  if (segment === undefined) return true;
  const hash = createHash('md5').update(JSON.stringify(key)).digest().readUInt32BE();
  return hash % segment.TotalSegments === segment.SegmentNumber;
};

const withoutColumns = (partition: JsonObject): JsonObject => {
  const storage = anyObject.safeParse(partition.StorageDescriptor);
  if (!storage.success) return partition;
  const { Columns: _columns, ...rest } = storage.data;
  return { ...partition, StorageDescriptor: rest };
};

export const partitionActions: Record<string, CatalogAction> = {
  CreatePartition: createPartition,
  BatchCreatePartition: batchCreatePartition,
  UpdatePartition: updatePartition,
  BatchUpdatePartition: batchUpdatePartition,
  DeletePartition: deletePartition,
  BatchDeletePartition: batchDeletePartition,
  GetPartition: getPartition,
  BatchGetPartition: batchGetPartition,
  GetPartitions: getPartitions,
};
