import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { namePattern } from '../../endpoint/listing.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import {
  anyObject,
  type CatalogAction,
  type CatalogCore,
  inDatabase,
  inTable,
  nameString,
  notFound,
  page,
  pageInput,
  parse,
  pick,
} from '../core.ts';
import { requireDatabase } from './databases.ts';

/** Fields of a TableInput that a table keeps. */
const fields = [
  'Description',
  'Owner',
  'LastAccessTime',
  'LastAnalyzedTime',
  'Retention',
  'StorageDescriptor',
  'PartitionKeys',
  'ViewOriginalText',
  'ViewExpandedText',
  'TableType',
  'Parameters',
];

const columns = z.array(z.object({ Name: z.string().min(1), Type: z.string().optional() }));

/** What of a TableInput is looked at; the rest is kept as it comes. */
const checkedInput = z.object({
  Name: nameString,
  PartitionKeys: columns.optional(),
  StorageDescriptor: z.object({ Columns: columns.optional() }).optional(),
});

const named = z.object({ DatabaseName: nameString, Name: nameString });

const withTable = z.object({ DatabaseName: nameString, TableInput: anyObject });

export const requireTable = (core: CatalogCore, database: string, name: string): JsonObject => {
  requireDatabase(core, database);
  const found = core.catalog.table(database, name);
  if (found === undefined) throw notFound(`Table ${name}`);
  return found;
};

const checkColumns = (input: z.infer<typeof checkedInput>): void => {
  const names = [...(input.StorageDescriptor?.Columns ?? []), ...(input.PartitionKeys ?? [])].map(
    (column) => column.Name,
  );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new AwsError('InvalidInputException', `Column ${twice} is declared twice in table ${input.Name}.`);
  }
};

const createTable: CatalogAction = (core, input) => {
  const { DatabaseName, TableInput } = parse(withTable, input);
  const checked = parse(checkedInput, TableInput);
  checkColumns(checked);
  return core.catalog.atomic(() => {
    requireDatabase(core, DatabaseName);
    if (core.catalog.table(DatabaseName, checked.Name) !== undefined) {
      throw new AwsError('AlreadyExistsException', 'Table already exists.');
    }
    const nowS = core.now() / 1000;
    const own = { Name: checked.Name, DatabaseName, CreateTime: nowS, UpdateTime: nowS, ...fixed };
    core.catalog.putTable(
      DatabaseName,
      checked.Name,
      { Retention: 0, ...pick(TableInput, fields), ...own },
      false,
    );
    return {};
  });
};

const fixed = {
  CatalogId: ACCOUNT_ID,
  CreatedBy: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/emulator/client`,
  IsRegisteredWithLakeFormation: false,
};

const updateOptions = z.object({ SkipArchive: z.boolean().nullish(), VersionId: z.string().nullish() });

const updateTable: CatalogAction = (core, input) => {
  const { DatabaseName, TableInput } = parse(withTable, input);
  const { SkipArchive, VersionId } = parse(updateOptions, input);
  const checked = parse(checkedInput, TableInput);
  checkColumns(checked);
  return core.catalog.atomic(() => {
    const before = requireTable(core, DatabaseName, checked.Name);
    if (typeof VersionId === 'string' && VersionId !== before.VersionId) {
      throw new AwsError(
        'ConcurrentModificationException',
        `Update table failed due to concurrent modifications: version ${before.VersionId} is current, not ${VersionId}.`,
      );
    }
    const kept = pick(before, ['Name', 'DatabaseName', 'CreateTime', 'CatalogId', 'CreatedBy']);
    const own = { ...fixed, ...kept, UpdateTime: core.now() / 1000 };
    const body = { Retention: 0, ...pick(TableInput, fields), ...own };
    core.catalog.putTable(DatabaseName, checked.Name, body, SkipArchive !== true);
    return {};
  });
};

const getTable: CatalogAction = (core, input) => {
  const { DatabaseName, Name } = parse(named, input);
  return { Table: requireTable(core, DatabaseName, Name) };
};

const getTables: CatalogAction = (core, input) => {
  const { DatabaseName } = parse(inDatabase, input);
  const { Expression } = parse(z.object({ Expression: z.string().optional() }), input);
  requireDatabase(core, DatabaseName);
  const wanted = namePattern(Expression, 'InvalidInputException');
  const tables = core.catalog.tables(DatabaseName).filter((table) => wanted.test(String(table.Name)));
  const { items, NextToken } = page(tables, parse(pageInput, input), 100);
  return jsonObject({ TableList: items, NextToken });
};

const getTableVersions: CatalogAction = (core, input) => {
  const { DatabaseName, TableName } = parse(inTable, input);
  requireTable(core, DatabaseName, TableName);
  const all = core.catalog.versions(DatabaseName, TableName).map(versionEntry);
  const { items, NextToken } = page(all, parse(pageInput, input), 100);
  return jsonObject({ TableVersions: items, NextToken });
};

const versionEntry = (table: JsonObject): JsonObject => ({
  Table: table,
  VersionId: table.VersionId ?? null,
});

const ofVersion = z.object({ VersionId: z.string().regex(/^\d+$/).optional() });

const getTableVersion: CatalogAction = (core, input) => {
  const { DatabaseName, TableName } = parse(inTable, input);
  const { VersionId } = parse(ofVersion, input);
  requireTable(core, DatabaseName, TableName);
  const versions = core.catalog.versions(DatabaseName, TableName);
  const found =
    VersionId === undefined ? versions[0] : versions.find((table) => table.VersionId === VersionId);
  if (found === undefined) throw notFound(`Version ${VersionId} of table ${TableName}`);
  return { TableVersion: versionEntry(found) };
};

const deleteTableVersion: CatalogAction = (core, input) => {
  const { DatabaseName, TableName } = parse(inTable, input);
  const { VersionId } = parse(ofVersion, input);
  if (!core.catalog.deleteVersion(DatabaseName, TableName, Number(VersionId ?? Number.NaN))) {
    throw notFound(`Version ${VersionId} of table ${TableName}`);
  }
  return {};
};

const deleteTable: CatalogAction = (core, input) => {
  const { DatabaseName, Name } = parse(named, input);
  requireDatabase(core, DatabaseName);
  if (!core.catalog.deleteTable(DatabaseName, Name)) throw notFound(`Table ${Name}`);
  return {};
};

export const tableActions: Record<string, CatalogAction> = {
  CreateTable: createTable,
  UpdateTable: updateTable,
  GetTable: getTable,
  GetTables: getTables,
  GetTableVersions: getTableVersions,
  GetTableVersion: getTableVersion,
  DeleteTableVersion: deleteTableVersion,
  DeleteTable: deleteTable,
};
