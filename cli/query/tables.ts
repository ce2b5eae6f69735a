import type { TableShown } from '../../client/tableMetadata.ts';
import type { Screen } from '../screen.ts';

export const showTables = (screen: Screen, tables: readonly TableShown[]): void =>
  screen.table(
    ['name', 'kind', 'columns', 'what'],
    tables.map(({ name, kind, columns, comment }) => [name, kind, String(columns.length), comment]),
  );

export const showColumns = (screen: Screen, { name, comment, columns }: TableShown): void => {
  screen.say(comment === '' ? name : `${name}: ${comment}`);
  screen.table(
    ['column', 'type', 'what'],
    columns.map(({ name: column, type, comment: what, partition }) => [
      column,
      type,
      partition ? `${what} (partition: a condition on it saves reading)`.trim() : what,
    ]),
  );
};
