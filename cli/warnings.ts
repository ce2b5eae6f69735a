import { counted } from '../client/format.ts';
import type { Warning } from '../src/etl/warnings.ts';
import type { Screen } from './screen.ts';

/** What a run of the etl warns of: each with the rows it found, or with why it did not run. */
export const showWarnings = (screen: Screen, warnings: readonly Warning[]): void => {
  for (const warning of warnings) {
    if ('error' in warning) {
      const why = [warning.error, warning.cause].filter((text) => text !== '').join(': ');
      screen.warn(`Warning ${warning.name} did not run, so there may be something to warn of: ${why}`);
      continue;
    }
    const { name, rows } = warning;
    screen.warn(
      `Warning ${name} found ${counted(rows.length, 'row')}; queries/warnings/${name}.sql says of what:`,
    );
    const columns = Object.keys(rows[0] ?? {});
    screen.table(
      columns,
      rows.map((row) => columns.map((column) => row[column] ?? 'NULL')),
    );
  }
};
