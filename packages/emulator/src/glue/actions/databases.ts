import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { jsonObject } from '../../endpoint/parseInput.ts';
import {
  anyObject,
  type CatalogAction,
  type CatalogCore,
  nameString,
  notFound,
  page,
  pageInput,
  parse,
  pick,
} from '../core.ts';

const fields = ['Description', 'LocationUri', 'Parameters', 'CreateTableDefaultPermissions'];

const named = z.object({ Name: nameString });

const createInput = z.object({ DatabaseInput: anyObject });

export const requireDatabase = (core: CatalogCore, name: string): JsonObject => {
  const found = core.catalog.database(name);
  if (found === undefined) throw notFound(`Database ${name}`);
  return found;
};

const createDatabase: CatalogAction = (core, input) => {
  const { DatabaseInput } = parse(createInput, input);
  const { Name } = parse(named, DatabaseInput);
  if (core.catalog.database(Name) !== undefined) {
    throw new AwsError('AlreadyExistsException', 'Database already exists.');
  }
  const own = { Name, CreateTime: core.now() / 1000, CatalogId: ACCOUNT_ID };
  core.catalog.putDatabase(Name, { ...pick(DatabaseInput, fields), ...own });
  return {};
};

const updateDatabase: CatalogAction = (core, input) => {
  const { DatabaseInput } = parse(createInput, input);
  const { Name } = parse(named, input);
  const before = requireDatabase(core, Name);
  const own = pick(before, ['Name', 'CreateTime', 'CatalogId']);
  core.catalog.putDatabase(Name, { ...pick(DatabaseInput, fields), ...own });
  return {};
};

const getDatabase: CatalogAction = (core, input) => ({
  Database: requireDatabase(core, parse(named, input).Name),
});

const getDatabases: CatalogAction = (core, input) => {
  const { items, NextToken } = page(core.catalog.databases(), parse(pageInput, input), 100);
  return jsonObject({ DatabaseList: items, NextToken });
};

const deleteDatabase: CatalogAction = (core, input) => {
  const { Name } = parse(named, input);
  if (!core.catalog.deleteDatabase(Name)) throw notFound(`Database ${Name}`);
  return {};
};

export const databaseActions: Record<string, CatalogAction> = {
  CreateDatabase: createDatabase,
  UpdateDatabase: updateDatabase,
  GetDatabase: getDatabase,
  GetDatabases: getDatabases,
  DeleteDatabase: deleteDatabase,
};
