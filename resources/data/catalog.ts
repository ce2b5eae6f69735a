import { projectFolder } from '../../compiler/folder.ts';
import { pascal } from '../../compiler/queries/pascal.ts';
import type { Compiled, CompiledQuery } from '../../compiler/sql/compile.ts';
import { catalogColumns } from '../../src/events/columnCatalog.ts';
import type { EventType } from '../../src/events/eventType.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { knownWindows } from '../../src/events/windows/registry.ts';
import type { WindowType } from '../../src/events/windows/windowType.ts';
import { martFolder } from '../../src/lake/layout.ts';
import { withoutComments } from '../../src/sqlText.ts';
import { EVENTS_NOW, eventsNowColumns, eventsNowSql } from '../../src/tables/eventsNow.ts';
import { quarantineSql, rawEventsSql } from '../../src/tables/lineViews.ts';
import {
  archiveLinesTable,
  eventsTable,
  liveWindowsTable,
  quarantineLinesTable,
  quarantineTable,
  rawEventsTable,
  rawLinesTable,
  type Table,
} from '../../src/tables/tables.ts';
import { archiveView, viewColumns, viewSql } from '../../src/tables/views.ts';
import { windowViewColumns, windowViewSql } from '../../src/tables/windowViews.ts';
import type { Osls } from '../osls.ts';
import { type Switch, switchOf } from '../switches.ts';
import {
  type Described,
  described,
  glueView,
  type Json,
  linesTable,
  liveTable,
  parquetTable,
  typed,
  type View,
} from './glueTables.ts';
import { rawSinceOf } from './rawSince.ts';

/**
 * The Glue database and its tables, made of the one description in src/tables/tables.ts, and of what the SQL of
 * queries/marts and queries/views gives. Partitions of `events` and of the marts are not here: publishing points them.
 * raw_lines and quarantine_lines have none, Athena computes them.
 */

/** Loaded when it is needed: osls requires this file, which cannot wait for the grammar of SQL to be there. */
const compiler = () => import('../../compiler/sql/compile.ts');

const compiled = async (): Promise<Compiled> => (await compiler()).compiledQueries();

/** Its last column is dt, the one that its files are parted by. */
const mart = ({ name, comment, typed }: CompiledQuery): Described => ({
  ...{ name, comment, prefix: martFolder(name) },
  columns: typed.slice(0, -1),
  partitionKeys: typed.slice(-1),
});

const eventView = (type: EventType): View => ({
  ...{ name: type.view, comment: type.comment, sql: viewSql(type) },
  columns: typed(viewColumns(type)),
});

const eventsNow = (days: number): View => ({
  name: EVENTS_NOW,
  comment: 'Events of published partitions, and those that have landed since: each once per hour',
  sql: eventsNowSql(knownEventTypes.values(), catalogColumns, days),
  columns: typed(eventsNowColumns(catalogColumns)),
});

const lineView = ({ name, comment, columns, partitionKeys }: Table, sql: string): View => ({
  ...{ name, comment, sql },
  columns: typed([...columns, ...partitionKeys]),
});

const ownView = ({ name, comment, text, typed }: CompiledQuery): View => ({
  ...{ name, comment, columns: typed },
  sql: withoutComments(text).replace(/;\s*$/, '').trim(),
});

const windowView = (window: WindowType): View => ({
  ...{ name: window.name, comment: window.comment, sql: windowViewSql(window, catalogColumns) },
  columns: typed(windowViewColumns(window, catalogColumns)),
});

const viewsOf = ({ views }: Compiled, windows: Switch, nowDays: number): View[] => [
  eventsNow(nowDays),
  ...[...knownEventTypes.values()].map(eventView),
  ...(windows === 'on' ? knownWindows.map(windowView) : []),
  ...views.map(ownView),
];

const MOST_DAYS = 36_525;

/** The param of this name. */
const nowDaysOf = (written: unknown): number => {
  const days = Number(written);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new Error(`nowDays: "${written}" is not a whole number of days from 1 to ${MOST_DAYS}`);
};

const martTable = (name: string): string => `${pascal(name)}Table`;

const archiveOf = (stage: string, since: string) => ({
  ArchiveLinesTable: linesTable(archiveLinesTable, since),
  ArchiveView: glueView({ ...archiveView, columns: typed(archiveView.columns) }, `headrace_${stage}`),
});

/** What the params of a stage say of its catalog. */
export interface CatalogParams {
  rawSince: string;
  archive: string;
  windows: Switch;
  liveKeepDays: string;
  nowDays: number;
}

/** The catalog of a stage. Views carry their database's name in base64, where CloudFormation cannot put it. */
export const catalogOf = (
  stage: string,
  queries: Compiled,
  { rawSince, archive, windows, liveKeepDays, nowDays }: CatalogParams,
): { Resources: Json } => ({
  Resources: {
    CatalogDatabase: {
      Type: 'AWS::Glue::Database',
      Properties: {
        CatalogId: { Ref: 'AWS::AccountId' },
        DatabaseInput: { Name: `headrace_${stage}`, Description: `Events of the stage ${stage}` },
      },
    },
    EventsTable: parquetTable(described(eventsTable)),
    RawLinesTable: linesTable(rawLinesTable, rawSince),
    QuarantineLinesTable: linesTable(quarantineLinesTable, rawSince),
    // Views under the logical ids of the tables that they were: CloudFormation would make another id's table before it
    // deletes the old one of the same name.
    RawEventsTable: glueView(lineView(rawEventsTable, rawEventsSql), `headrace_${stage}`, 'RawLinesTable'),
    QuarantineTable: glueView(
      lineView(quarantineTable, quarantineSql),
      `headrace_${stage}`,
      'QuarantineLinesTable',
    ),
    ...(archive === 'none' ? {} : archiveOf(stage, rawSince)),
    ...(windows === 'on' ? { LiveWindowsTable: liveTable(liveKeepDays) } : {}),
    ...Object.fromEntries(queries.marts.map((found) => [martTable(found.name), parquetTable(mart(found))])),
    ...Object.fromEntries(
      viewsOf(queries, windows, nowDays).map((view) => [
        `${pascal(view.name)}View`,
        glueView(view, `headrace_${stage}`),
      ]),
    ),
  },
});

/**
 * Logical ids of the tables that builds and marts are written for. The functions that write them depend on them: a
 * deployment then changes the tables first, and no hour is published whose file has columns that its partition lacks.
 */
export const writtenTables = async (): Promise<string[]> => [
  'EventsTable',
  ...(await compiled()).marts.map(({ name }) => martTable(name)),
];

const inGlue = (path: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:glue:\${AWS::Region}:\${AWS::AccountId}:${path}`,
});

const martsInGlue = async (others: readonly string[]) => [
  ...['catalog', `database/\${CatalogDatabase}`].map(inGlue),
  ...[...others, ...(await compiled()).marts.map(({ name }) => name)].map((name) =>
    inGlue(`table/\${CatalogDatabase}/${name}`),
  ),
];

/** What the role that publishes marts may change in Glue: their tables by name, and what AWS asks for above them. */
export const publishedMarts = async () => martsInGlue([]);

/** What the roles may look at in Glue that look for what readers are shown. */
export const shownTables = async () => martsInGlue(['events']);

/** Where the files of a table are. */
const prefixOf = (table: string): string =>
  [eventsTable, rawLinesTable, quarantineLinesTable, liveWindowsTable].find(({ name }) => name === table)
    ?.prefix ?? martFolder(table);

/** Objects that the queries of a run may read: of the tables that their SQL names, and Athena's own results. */
export const queriedObjects = async () => {
  const { checks, warnings, marts } = await compiled();
  const read = [...checks, ...warnings, ...marts].flatMap(({ reads }) => reads);
  const folders = [...new Set(['events', ...read])].map((table) => `\${LakeBucket.Arn}/${prefixOf(table)}*`);
  return [...folders, `\${ResultsBucket.Arn}/etl/*`].map((arn) => ({ 'Fn::Sub': arn }));
};

/** What catalog.js gives to osls. Packaging stops here when something is wrong with queries/. */
export const resources = async ({ resolveVariable }: Osls) => {
  const { checkQueries, compiledQueries } = await compiler();
  await checkQueries(projectFolder());
  return catalogOf(await resolveVariable('sls:stage'), compiledQueries(), {
    rawSince: rawSinceOf(await resolveVariable('param:rawSince')),
    archive: await resolveVariable('param:archive'),
    windows: switchOf('windows', await resolveVariable('param:windows')),
    liveKeepDays: String(await resolveVariable('param:liveKeepDays')),
    nowDays: nowDaysOf(await resolveVariable('param:nowDays')),
  });
};
