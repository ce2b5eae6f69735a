import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withoutComments } from '../../src/sqlText.ts';

/** The folders of queries/, one for each kind of query. */
export const queryKinds = ['checks', 'warnings', 'marts', 'views', 'examples'] as const;

export type QueryKind = (typeof queryKinds)[number];

/** A file of queries/, as it was written. */
export interface QueryText {
  /** of the file, without .sql */
  name: string;
  /** from the project's folder on: `queries/marts/daily_sales.sql` */
  file: string;
  text: string;
}

/** The SQL files of one folder of queries/, in the order of their names. A folder that is not there has none. */
export const queryTexts = (project: string, kind: QueryKind): QueryText[] => {
  const folder = join('queries', kind);
  if (!existsSync(join(project, folder))) return [];
  return readdirSync(join(project, folder))
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      return { name: basename(name, '.sql'), file, text: readFileSync(join(project, file), 'utf8') };
    });
};

/**
 * A query as a run has it: the SQL with its macros (src/etl/macros.ts), without comments, which a run has no room for.
 */
interface Query {
  name: string;
  sql: string;
}

export const readQueries = (project: string, kind: QueryKind): Query[] =>
  queryTexts(project, kind).map(({ name, text }) => ({
    name,
    sql: withoutComments(text).replace(/^\n+/, ''),
  }));
