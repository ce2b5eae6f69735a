import { listTables } from '../../client/tableMetadata.ts';
import type { Command } from '../command.ts';
import { showTables } from '../query/tables.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace tables

The tables and views of the stage, and what they hold. Costs nothing: it reads the catalog, no data.
headrace describe NAME shows the columns of one.`;

export const tables: Command = {
  name: 'tables',
  usage,
  options: {},
  positionals: false,
  run: async (invocation) => {
    const found = await withStage(invocation, listTables);
    if (!invocation.json) showTables(invocation.screen, found);
    return { ok: true, document: { tables: found } };
  },
};
