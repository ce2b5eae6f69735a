import {
  parseQuery,
  type Scan,
  type SelectedColumn,
  type TableDefinition,
  TrinoError,
  type TrinoType,
  translateStatement,
  typeText,
} from 'headrace-trino';
import type { QueryKind, QueryText } from '../queries/read.ts';
import { declaredColumns, descriptionOf, itemComments, itemsOf } from './comments.ts';
import { DATABASE } from './database.ts';
import { placeAt, type QueryFault } from './faults.ts';
import { parsedSql } from './sqlOf.ts';

/** What one file's SQL comes to: its columns and what it reads. */

export interface Analysis {
  kind: QueryKind;
  name: string;
  file: string;
  text: string;
  /** as it was parsed */
  sql: string;
  parameters: readonly string[];
  description: string;
  columns: readonly { name: string; anonymous: boolean; type: TrinoType; comment: string; place: Place }[];
  scans: readonly Scan[];
  query: ReturnType<typeof parseQuery>;
  /** its types are said by hand: what it reads is known by name only */
  declared: boolean;
}

type Place = Pick<QueryFault, 'line' | 'column'>;

/** Finds a table by its name in lower case. Throws TrinoError TABLE_NOT_FOUND, or Broken. */
export type Lookup = (name: string, at: Place) => TableDefinition;

/** A table that is there, but has faults of its own: nothing more is to be said about who reads it. */
export class Broken extends Error {}

export class Faulty extends Error {
  readonly fault: QueryFault;

  constructor(fault: QueryFault) {
    super(fault.what);
    this.fault = fault;
  }
}

const BY_HAND =
  'If Athena takes it, say the columns by hand, in a line on top: `-- columns: name varchar, amount double` (docs/reference/queries.md)';

const advice: Readonly<Record<string, string>> = {
  TABLE_NOT_FOUND: '`npx headrace tables` lists the tables and views',
  COLUMN_NOT_FOUND: '`npx headrace describe TABLE` lists the columns',
  NOT_SUPPORTED: BY_HAND,
  FUNCTION_NOT_FOUND: BY_HAND,
};

/** `TYPE_MISMATCH: line 3:8: …` in our own words and with its place. */
const faultOf = (file: string, error: TrinoError): QueryFault => {
  const [, line, column, what = error.message] =
    /^\w+: (?:line (\d+):(\d+): )?([\s\S]*)$/.exec(error.message) ?? [];
  return { file, line: Number(line ?? 1), column: Number(column ?? 1), what, how: advice[error.code] ?? '' };
};

const orFault = <R>(file: string, work: () => R): R => {
  try {
    return work();
  } catch (error) {
    if (error instanceof TrinoError) throw new Faulty(faultOf(file, error));
    throw error;
  }
};

const around = (lookup: Lookup, parameters: readonly string[]) => ({
  table: (parts: readonly string[], _database: string, at: Place) => {
    const [name = '', ...more] = parts;
    if (more.length > 0)
      throw new TrinoError(
        'TABLE_NOT_FOUND',
        `Name ${more.at(-1)} without its database: each stage has its own`,
        at,
      );
    return lookup(name, at);
  },
  database: DATABASE,
  now: new Date(0),
  parameters,
});

/** `a bigint, b row(c decimal(10,2), d date)` cut at its commas, not at those in parentheses. */
const outerParts = (list: string): string[] => {
  const parts = [''];
  let depth = 0;
  for (const character of list) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (character === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts;
};

/** The types of `-- columns:`, as if they were cast to. */
const typesByHand = (file: string, text: string, { list, offset }: { list: string; offset: number }) => {
  const at = placeAt(text, offset);
  const wrong = (what: string): Faulty =>
    new Faulty({
      file,
      ...at,
      what: `\`-- columns:\` ${what}`,
      how: 'Write `-- columns: name varchar, amount double`',
    });
  return outerParts(list).map((part) => {
    const [, name, type] = /^\s*(\w+)\s+(.+?)\s*$/.exec(part) ?? [];
    if (name === undefined || type === undefined)
      throw wrong(`has "${part.trim()}", which is not a name and a type`);
    try {
      const none: Lookup = () => {
        throw new Broken();
      };
      const { columns } = translateStatement(parseQuery(`SELECT CAST(NULL AS ${type})`), around(none, []));
      return { name, type: columns[0]?.type ?? { name: 'unknown' }, anonymous: false, inherited: '' };
    } catch {
      throw wrong(`has the type "${type}", which is not known`);
    }
  });
};

/** A column that is one of a table's, under its own name and with its type, has that one's comment. */
const inheritedComment = ({ name, type, needs }: SelectedColumn): string => {
  const [only, ...more] = needs;
  if (only === undefined || more.length > 0 || only.column !== name) return '';
  const stored = only.scan.table.columns.find((column) => column.name === name);
  return stored && typeText(stored.type) === typeText(type) ? (stored.comment ?? '') : '';
};

/** Throws Faulty, or Broken. */
export const analyse = ({ name, file, text }: QueryText, kind: QueryKind, lookup: Lookup): Analysis => {
  const { sql, parameters } = parsedSql(text);
  const query = orFault(file, () => parseQuery(sql));
  const byHand = declaredColumns(text);
  const { columns, scans } = byHand
    ? { columns: typesByHand(file, text, byHand), scans: [] }
    : orFault(file, () => {
        const translated = translateStatement(query, around(lookup, parameters));
        const found = translated.columns.map((column) => ({
          name: column.name,
          anonymous: column.anonymous ?? false,
          type: column.type,
          inherited: inheritedComment(column),
        }));
        return { columns: found, scans: translated.scans };
      });
  // With `*` in it, or UNION, the items are not the columns: then no comment is known to be of which.
  const items = itemsOf(query);
  const comments = items.length === columns.length ? itemComments(text, query) : [];
  return {
    ...{ kind, name, file, text, sql, parameters, scans, query, declared: byHand !== undefined },
    description: descriptionOf(text),
    columns: columns.map(({ inherited, ...column }, at) => ({
      ...column,
      comment: comments[at] || inherited,
      place: placeAt(sql, items[at]?.start?.start ?? 0),
    })),
  };
};
