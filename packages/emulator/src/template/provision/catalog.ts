import type { JsonObject } from '../../contracts.ts';
import { isCovered } from './covers.ts';
import { call, found, objectOf, type Provisioner } from './ports.ts';

const notFound = ['EntityNotFoundException'];

export const provisionDatabase: Provisioner = async ({ name, properties }, { glue }) => {
  if (await found(() => call(glue, 'GetDatabase', { Name: name }), notFound)) return;
  await call(glue, 'CreateDatabase', {
    DatabaseInput: { ...objectOf(properties.DatabaseInput), Name: name },
  });
};

/** A changed definition becomes a new version of the table, as on AWS. */
export const provisionGlueTable: Provisioner = async ({ name, properties }, { glue }) => {
  const DatabaseName = properties.DatabaseName ?? '';
  const given = objectOf(properties.TableInput);
  const TableInput = { ...given, Name: name, Parameters: textValues(objectOf(given.Parameters)) };
  const there = await found(() => call(glue, 'GetTable', { DatabaseName, Name: name }), notFound);
  if (!there) await call(glue, 'CreateTable', { DatabaseName, TableInput });
  else if (!isCovered(TableInput, there.Table)) await call(glue, 'UpdateTable', { DatabaseName, TableInput });
};

export const provisionCrawler: Provisioner = async ({ name, properties }, { glue }) => {
  const { Schedule: _schedule, Tags: _tags, ...given } = properties;
  const definition = { ...given, Name: name };
  const there = await found(() => call(glue, 'GetCrawler', { Name: name }), notFound);
  if (!there) await call(glue, 'CreateCrawler', definition);
  else if (!isCovered(definition, there.Crawler)) await call(glue, 'UpdateCrawler', definition);
};

/** CloudFormation passes on `EXTERNAL: true` as it stands; Glue's parameters are text. */
const textValues = (parameters: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(parameters).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
