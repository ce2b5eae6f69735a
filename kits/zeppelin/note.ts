import { type Board, type Chart, type Section, withTables } from '../charts.ts';
import { idOf, type Place } from '../place.ts';
import type { KitTable } from '../tables.ts';

/** A note of Zeppelin 0.9 and later, as it exports one. */

/** Any time does, and one that never changes makes the same bytes. */
const CREATED = '2026-01-01 00:00:00.000';

const modes: Readonly<Record<Chart['look'], string>> = {
  number: 'table',
  line: 'lineChart',
  bar: 'multiBarChart',
  pie: 'pieChart',
  table: 'table',
};

/** Zeppelin's grid has twelve columns. */
const widths: Readonly<Record<Chart['look'], number>> = { number: 3, line: 6, bar: 6, pie: 6, table: 6 };

/** How a chart's rows are drawn: the axis, the series, the values, by their places in the answer. */
const graphOf = ({ look, by, metrics }: Chart) => {
  const at = (names: readonly string[], offset: number) =>
    names.map((name, index) => ({ name, index: index + offset, aggr: 'sum' }));
  return {
    mode: modes[look],
    height: 300,
    optionOpen: false,
    keys: at(by.slice(0, 1), 0),
    groups: at(by.slice(1), 1),
    values: at(metrics, by.length),
    setting: look === 'bar' && by.length > 1 ? { multiBarChart: { stacked: true } } : {},
  };
};

interface Paragraph {
  title?: string;
  text: string;
  language: 'sql' | 'python' | 'markdown';
  width: number;
  graph?: object;
}

const paragraphOf = (id: string, { title, text, language, width, graph }: Paragraph) => ({
  ...(title === undefined ? {} : { title }),
  text,
  config: {
    colWidth: width,
    title: title !== undefined,
    enabled: true,
    editorMode: `ace/mode/${language}`,
    editorSetting: { language, editOnDblClick: language === 'markdown' },
    editorHide: language === 'markdown',
    results: graph === undefined ? {} : { 0: { graph, helium: {} } },
  },
  settings: { params: {}, forms: {} },
  apps: [],
  jobName: id,
  id,
  dateCreated: CREATED,
  status: 'READY',
  progressUpdateIntervalMs: 500,
});

/** How an interpreter is asked: what goes before all charts, and a chart's paragraph. */
export interface Dialect {
  /** tells notes of the same board apart, in their names and file names */
  name: string;
  language: 'sql' | 'python';
  before: readonly string[];
  asked(chart: Chart, table: KitTable): string;
}

const sectionOf = (
  { title, charts }: Section,
  tables: readonly KitTable[],
  { language, asked }: Dialect,
): Paragraph[] => [
  { text: `%md\n## ${title}`, language: 'markdown', width: 12 },
  ...withTables(charts, tables).map(
    ({ chart, table }): Paragraph => ({
      title: chart.name,
      text: asked(chart, table),
      language,
      width: widths[chart.look],
      graph: graphOf(chart),
    }),
  ),
];

/** Nine letters, as Zeppelin's own ids. */
const noteId = (place: Place, name: string): string =>
  `2H${idOf(place, 'note', name).replaceAll('-', '').slice(0, 7).toUpperCase()}`;

export const noteOf = (board: Board, tables: readonly KitTable[], place: Place, dialect: Dialect) => {
  const name = `${board.slug} ${place.stage} ${dialect.name}`;
  const paragraphs: Paragraph[] = [
    {
      text: `%md\n# ${board.title} (${place.stage})\nToday and the six days before it, in UTC. Each paragraph has a field with the number of days before today.`,
      language: 'markdown',
      width: 12,
    },
    ...dialect.before.map((text): Paragraph => ({ text, language: dialect.language, width: 12 })),
    ...board.sections.flatMap((section) => sectionOf(section, tables, dialect)),
  ];
  return {
    paragraphs: paragraphs.map((paragraph, at) =>
      paragraphOf(`paragraph_${idOf(place, name, `${at}`)}`, paragraph),
    ),
    // Folders are part of a note's name.
    name: `/Headrace/${place.stage}/${board.slug} (${dialect.name})`,
    id: noteId(place, name),
    defaultInterpreterGroup: dialect.language === 'sql' ? 'athena' : 'python',
    version: '0.9.0',
    noteParams: {},
    noteForms: {},
    angularObjects: {},
    config: { isZeppelinNotebookCronEnable: false },
    info: {},
  };
};
