import { CliError } from '../../client/failure.ts';
import { findTable, listTables } from '../../client/tableMetadata.ts';
import type { Command } from '../command.ts';
import { showColumns } from '../query/tables.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace describe NAME

The columns of a table or view, with their types and what they hold. Costs nothing: it reads the catalog, no data.

  headrace describe events`;

export const describe: Command = {
  name: 'describe',
  usage,
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
