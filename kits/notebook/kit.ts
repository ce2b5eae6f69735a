import { boardsOf, type Chart, withTables } from '../charts.ts';
import type { KitFile } from '../file.ts';
import { idOf, type Place } from '../place.ts';
import { connectPython, pythonText } from '../python.ts';
import { lastWeek, orderedSql } from '../sql.ts';
import { type KitTable, kitTables } from '../tables.ts';

interface Cell {
  kind: 'markdown' | 'code';
  text: string;
  /** of a chart */
  name?: string;
}

/** One column a series, one row a place on the axis, as pandas draws them. Sums of decimals are objects of Python's. */
const shapeOf = ([axis = '', ...series]: readonly string[], metrics: readonly string[]): string => {
  const texts = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const wide =
    series.length > 0
      ? `pivot_table(index="${axis}", columns=[${texts(series)}], values="${metrics[0]}", aggfunc="sum")`
      : `set_index("${axis}")[[${texts(metrics)}]]`;
  return `answer.${wide}.astype(float)`;
};

const drawing = ({ name, look, by, metrics }: Chart): string[] => {
  const stacked = by.length > 1 ? ', stacked=True' : '';
  const draws: Readonly<Record<Chart['look'], string | undefined>> = {
    line: '.plot(figsize=(10, 4), ',
    bar: `.plot.bar(figsize=(10, 4)${stacked}, `,
    pie: '.plot.pie(figsize=(5, 5), subplots=True, ',
    number: undefined,
    table: undefined,
  };
  const draw = draws[look];
  if (draw === undefined) return [];
  return ['if len(answer) > 0:', `    ${shapeOf(by, metrics)}${draw}title="${name}")`];
};

const chartCell = (chart: Chart, table: KitTable): Cell => ({
  kind: 'code',
  name: chart.name,
  text: [`answer = ask(${pythonText(orderedSql(chart, table, lastWeek))})`, ...drawing(chart), 'answer'].join(
    '\n',
  ),
});

const cellsOf = (place: Place, project: string): Cell[] => {
  const tables = kitTables();
  return [
    {
      kind: 'markdown',
      text: `# Headrace: ${place.stage}\n\nToday and the six days before it, in UTC. \`pip install pyathena pandas matplotlib\`, and credentials of AWS where boto3 finds them.`,
    },
    { kind: 'code', text: `%matplotlib inline\n${connectPython(place)}` },
    ...boardsOf(tables, project).flatMap((board) =>
      board.sections.flatMap(({ title, charts }): Cell[] => [
        { kind: 'markdown', text: `## ${board.title}\n\n${title}` },
        ...withTables(charts, tables).flatMap(({ chart, table }): Cell[] => [
          { kind: 'markdown', text: `### ${chart.name}\n\n${table.comment}` },
          chartCell(chart, table),
        ]),
      ]),
    ),
  ];
};

/** nbformat wants each line by itself, with its end. */
const lines = (text: string): string[] =>
  text.split('\n').map((line, at, all) => (at < all.length - 1 ? `${line}\n` : line));

export const notebookKit = (place: Place, project: string): KitFile[] => {
  const cells = cellsOf(place, project).map(({ kind, text, name }, at) => ({
    cell_type: kind,
    id: idOf(place, 'cell', `${at}`),
    metadata: name === undefined ? {} : { headrace: { chart: name } },
    source: lines(text),
    ...(kind === 'code' ? { execution_count: null, outputs: [] } : {}),
  }));
  const notebook = {
    cells,
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return [{ path: 'headrace.ipynb', content: `${JSON.stringify(notebook, null, 1)}\n` }];
};
