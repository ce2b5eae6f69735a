import { parseQuery, type Scan, TrinoError, tableNames } from 'headrace-trino';
import { countsLocalDays, macroNames } from '../../src/etl/macros.ts';
import { OWN_WARNINGS } from '../../src/etl/warnings.ts';
import { namesIn } from '../../src/sqlText.ts';
import { EVENTS_NOW } from '../../src/tables/eventsNow.ts';
import { liveWindowsTable } from '../../src/tables/tables.ts';
import { isSnakeCase } from '../events/names.ts';
import type { QueryKind, QueryText } from '../queries/read.ts';
import type { Analysis } from './analyse.ts';
import { forMarts, forViews, type TypeRule } from './columnTypes.ts';
import { descriptionOf } from './comments.ts';
import { type Odd, oddIn, timesIn } from './determinism.ts';
import { placeAt, type QueryFault } from './faults.ts';
import { keepsToDays, keepsToUtcDays } from './sqlOf.ts';

/** What a file of queries/ may be called, and what its SQL may and must have, by its kind. */

const atStart = (file: string, what: string, how: string): QueryFault => ({
  file,
  line: 1,
  column: 1,
  what,
  how,
});

const isOfSql = (name: string): boolean => {
  try {
    parseQuery(`SELECT * FROM ${name}`);
    return false;
  } catch (error) {
    if (error instanceof TrinoError) return true;
    throw error;
  }
};

const isTable = (kind: QueryKind): boolean => kind === 'marts' || kind === 'views';

/** The template has resources called LedgerTable and KeysTable: test/tables/catalog.test.ts looks for others. */
export const RESERVED = ['ledger', 'keys'];

/** What is wrong with the name of a file. */
export const nameFaults = ({ file, name }: QueryText, kind: QueryKind): QueryFault[] => {
  const rename = (what: string, how: string): QueryFault[] => [atStart(file, what, how)];
  if (!isTable(kind)) {
    if (kind === 'warnings' && OWN_WARNINGS.includes(name))
      return rename(
        `"${name}" is a name that Headrace itself uses among the warnings of a report`,
        `Name the file ${name}_of_mine.sql, say`,
      );
    if (/^[A-Za-z][A-Za-z0-9_]{0,79}$/.test(name)) return [];
    return rename(
      `"${name}" is not a name for a query`,
      'Use up to 80 letters, digits and underscores, a letter first',
    );
  }
  if (!isSnakeCase(name) || name.length > 80)
    return rename(
      `"${name}" is not a name for a table`,
      'Use lower snake case of up to 80 characters, as in orders_per_hour.sql',
    );
  if (isOfSql(name) || RESERVED.includes(name))
    return rename(`"${name}" is a word of SQL or of Headrace`, `Name the file ${name}_by_day.sql, say`);
  return [];
};

/** `IN (`, `ARRAY[` or another value before it: only there can a list stand. */
const canBeList = (text: string, offset: number): boolean =>
  /(?:\bIN\s*\(|\[|,)\s*$/i.test(text.slice(0, offset));

/** What marts alone are written for: days of the stage's time zone. */
const ofTimeZone = ['utcDays', 'localDay'];
const ofPartitions = macroNames.filter((name) => !ofTimeZone.includes(name));

const allowed: Readonly<Record<QueryKind, readonly string[]>> = {
  checks: ofPartitions,
  warnings: ofPartitions,
  marts: macroNames.filter((name) => name !== 'hours'),
  views: [],
  examples: macroNames,
};

const whyNot = (name: string, kind: QueryKind): string => {
  if (!macroNames.includes(name)) return `:${name} is not a macro`;
  if (kind === 'views') return `A view belongs to no run, so it cannot have :${name}`;
  return kind === 'marts'
    ? `:${name} would write a part of each day into a mart`
    : `:${name} is for marts: what a run checks are hours and days of UTC`;
};

const isOneValue = (name: string): boolean => name === 'now' || name === 'localDay';

/** What is wrong with the names with a colon. */
export const macroFaults = ({ file, text }: QueryText, kind: QueryKind): QueryFault[] => {
  const known = allowed[kind];
  const may =
    known.length === 0
      ? 'A view asks for `dt` in the query that reads it'
      : `There are :${known.join(', :')}`;
  return namesIn(text).flatMap(({ name, offset }): QueryFault[] => {
    const at = { file, ...placeAt(text, offset) };
    if (!known.includes(name)) return [{ ...at, what: whyNot(name, kind), how: may }];
    if (isOneValue(name) || canBeList(text, offset)) return [];
    return [{ ...at, what: `:${name} is a list of texts`, how: `Write IN (:${name})` }];
  });
};

export const descriptionFaults = ({ file, text }: QueryText): QueryFault[] =>
  descriptionOf(text) === ''
    ? [
        atStart(
          file,
          'The file has no description',
          'Begin it with a comment: -- What the rows are, in a sentence.',
        ),
      ]
    : [];

const COMMENT_ROOM = 255;

const columnFaults = ({ file, columns }: Analysis, rule: TypeRule): QueryFault[] => {
  const seen = new Set<string>();
  return columns.flatMap(({ name, anonymous, type, comment, place }, at): QueryFault[] => {
    const fault = (what: string, how: string): QueryFault[] => [{ file, ...place, what, how }];
    if (anonymous) return fault(`Column ${at + 1} has no name`, 'Name it: … AS name');
    if (!/^[a-z_][a-z0-9_]*$/.test(name) || name.length > COMMENT_ROOM)
      return fault(`The column "${name}" is not in lower snake case`, 'Name it: … AS another_name');
    if (seen.has(name))
      return fault(`Two columns are called ${name}`, 'Name one of them otherwise: … AS name');
    seen.add(name);
    const recipe = rule(type);
    if (recipe !== undefined)
      return fault(`The column ${name} has the type ${type.name}, which a table cannot hold`, recipe);
    if (Buffer.byteLength(comment) > COMMENT_ROOM)
      return fault(
        `The comment of ${name} is longer than the ${COMMENT_ROOM} bytes that Glue takes`,
        'Shorten it',
      );
    return [];
  });
};

/** Odd things in the query, and in the views that it reads: those are told of at its beginning. */
const oddFaults = (
  { file, query }: Analysis,
  views: readonly Analysis[],
  find: (query: Analysis['query']) => Odd[],
): QueryFault[] => [
  ...find(query).map((odd) => ({ file, ...odd })),
  ...views.flatMap((view) =>
    find(view.query).map(({ line, column, what, how }) =>
      atStart(file, `It reads the view ${view.name}, where (${view.file}:${line}:${column}) ${what}`, how),
    ),
  ),
];

const tableFaults = (
  file: string,
  scans: readonly Scan[],
  marts: ReadonlySet<string>,
  when: string,
): QueryFault[] =>
  scans
    .filter(({ table }) => marts.has(table.name))
    .map(({ table }) =>
      atStart(
        file,
        `It reads the mart ${table.name}, which ${when}`,
        'Read events, or put what both need into a view',
      ),
    );

/** What is not published changes while the run's queries are asked, and is counted again once it is. */
const speedFaults = ({ file, query, scans }: Analysis, views: readonly Analysis[]): QueryFault[] => {
  const named = [query, ...views.map((view) => view.query)].flatMap(tableNames);
  const readsNow = named.some((parts) => parts.at(-1)?.toLowerCase() === EVENTS_NOW);
  // The views of windows read it as well.
  const readsWindows = scans.some(({ table }) => table.name === liveWindowsTable.name);
  if (!readsNow && !readsWindows) return [];
  const what = `It reads ${readsNow ? EVENTS_NOW : liveWindowsTable.name}, which changes while the run goes on`;
  return [atStart(file, what, 'Read events: the run has published what it counts')];
};

const dtFaults = (
  file: string,
  scans: readonly Scan[],
  keeps: (predicate: string) => boolean,
  how: string,
): QueryFault[] =>
  scans
    .filter(
      ({ table, predicates }) => table.columns.some(({ partition }) => partition) && !predicates.some(keeps),
    )
    .map(({ table }) => atStart(file, `It reads ${table.name} without saying which days`, how));

const DAYS = 'Add `dt IN (:days)` to the WHERE beside that table: also in each WITH query and subquery';

const UTC_DAYS =
  'Add `dt IN (:utcDays) AND :localDay IN (:days)` to the WHERE beside that table: `dt` is the day of UTC';

/** What the rules of each kind look at. */
export interface Around {
  marts: ReadonlySet<string>;
  /** the views that the query reads, also by way of other views */
  views: readonly Analysis[];
}

type Rules = (found: Analysis, around: Around) => QueryFault[];

/** Without the day of each row there, the partitions of its day would be taken for it. */
const utcDaysFaults = ({ file, text }: Analysis): QueryFault[] =>
  namesIn(text)
    .filter(({ name }) => name === 'utcDays')
    .map(({ offset }) => ({
      ...{ file, ...placeAt(text, offset) },
      what: ':utcDays are the partitions of days of the time zone, and no row is counted on such a day',
      how: 'Add `AND :localDay IN (:days)`, and select `:localDay AS dt`; or write :days instead of :utcDays',
    }));

const martRules: Rules = (found, { marts, views }) => {
  const { file, text, scans, columns } = found;
  const last = columns.at(-1);
  const end = { file, ...(last?.place ?? { line: 1, column: 1 }) };
  const noDay = last?.name !== 'dt' || last.type.name !== 'varchar';
  const how = 'Select dt last; GROUP BY has it too';
  const isLocal = countsLocalDays(text);
  const inDays = namesIn(text).some(({ name }) => name === 'days');
  return [
    ...columnFaults(found, forMarts),
    ...(noDay ? [{ ...end, what: 'The last column of a mart must be dt, the day as a varchar', how }] : []),
    ...(columns.length === 1 && !noDay
      ? [{ ...end, what: 'A mart needs a column besides dt', how: 'Add one' }]
      : []),
    ...oddFaults(found, views, oddIn),
    ...tableFaults(file, scans, marts, 'may be written at the same moment'),
    ...speedFaults(found, views),
    ...(inDays
      ? dtFaults(file, scans, isLocal ? keepsToUtcDays : keepsToDays, isLocal ? UTC_DAYS : DAYS)
      : [
          atStart(file, 'A mart is written for the days that changed, and this one does not name them', DAYS),
        ]),
    ...(isLocal ? [] : utcDaysFaults(found)),
  ];
};

/** A condition on dt of any kind: who reads all days with every run pays for all of them. */
const anyDay = (predicate: string): boolean => predicate.includes('p."dt"');

const checkRules: Rules = (found, { marts, views }) => {
  const { file, scans, columns } = found;
  const [first] = columns;
  const tells = first?.type.name === 'varchar';
  const what = 'The first column of a check must be text that says what is wrong';
  return [
    ...(tells
      ? []
      : [
          {
            file,
            ...(first?.place ?? { line: 1, column: 1 }),
            what,
            how: `Begin with SELECT 'what is wrong' AS rule`,
          },
        ]),
    ...oddFaults(found, views, timesIn),
    ...tableFaults(file, scans, marts, 'is written after the checks'),
    ...speedFaults(found, views),
    ...dtFaults(file, scans, anyDay, DAYS),
  ];
};

const warningRules: Rules = (found, { views, marts }) => [
  ...oddFaults(found, views, timesIn),
  // A mart is small.
  ...dtFaults(
    found.file,
    found.scans.filter(({ table }) => !marts.has(table.name)),
    anyDay,
    DAYS,
  ),
];

export const rulesOf: Readonly<Record<QueryKind, Rules>> = {
  marts: martRules,
  checks: checkRules,
  warnings: warningRules,
  views: (found) => columnFaults(found, forViews),
  examples: () => [],
};
