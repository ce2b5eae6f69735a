import { CliError } from '../../client/failure.ts';
import { findTable, listTables } from '../../client/tableMetadata.ts';
import type { Command } from '../command.ts';
import { showColumns, showTables } from '../query/tables.ts';
import { withStage } from '../withStage.ts';

const tablesUsage = `
headrace tables

The tables and views of the stage, and what they hold. Costs nothing: it reads the catalog, no data.
headrace describe NAME shows the columns of one.`;

export const tables: Command = {
  name: 'tables',
  usage: tablesUsage,
  options: {},
  positionals: false,
  run: async (invocation) => {
    const found = await withStage(invocation, listTables);
    if (!invocation.json) showTables(invocation.screen, found);
    return { ok: true, document: { tables: found } };
  },
};

const describeUsage = `
headrace describe NAME

The columns of a table or view, with their types and what they hold. Costs nothing: it reads the catalog, no data.

  headrace describe events`;

export const describe: Command = {
  name: 'describe',
  usage: describeUsage,
  options: {},
  run: async (invocation) => {
    const [name, ...others] = invocation.positionals;
    if (name === undefined || others.length > 0)
      throw new CliError('describe takes the name of one table.', 'headrace tables lists them.');
    const table = findTable(await withStage(invocation, listTables), name);
    if (!invocation.json) showColumns(invocation.screen, table);
    return { ok: true, document: table };
  },
};
