import type { Board, Chart, Section } from '../charts.ts';
import { idOf, type Place } from '../place.ts';
import { LAST_DAYS } from './chart.ts';

/** Superset's grid has twelve columns. */
const GRID = 12;
const widths: Readonly<Record<Chart['look'], number>> = { number: 3, line: 6, bar: 6, pie: 6, table: 6 };
const heights: Readonly<Record<Chart['look'], number>> = {
  number: 20,
  line: 50,
  bar: 50,
  pie: 50,
  table: 50,
};

interface Piece {
  id: string;
  type: string;
  children: string[];
  meta?: Readonly<Record<string, unknown>>;
  parents?: string[];
}

/** Charts one after another, as many in a row as there is room for. */
const rowsOf = (charts: readonly Chart[]): Chart[][] => {
  const rows: Chart[][] = [];
  let left = 0;
  for (const chart of charts) {
    const width = widths[chart.look];
    if (width > left) {
      rows.push([]);
      left = GRID;
    }
    rows.at(-1)?.push(chart);
    left -= width;
  }
  return rows;
};

/** `number` tells charts apart inside the bundle; Superset gives each its own as it imports. */
const chartPiece = (chart: Chart, number: number, place: Place): Piece => ({
  id: `CHART-${number}`,
  type: 'CHART',
  children: [],
  meta: {
    chartId: number,
    uuid: idOf(place, 'chart', chart.name),
    sliceName: chart.name,
    width: widths[chart.look],
    height: heights[chart.look],
  },
});

const sectionPieces = (
  { title, charts }: Section,
  at: number,
  numbers: ReadonlyMap<Chart, number>,
  place: Place,
) => {
  const header: Piece = {
    id: `HEADER-${at}`,
    type: 'HEADER',
    children: [],
    meta: { text: title, headerSize: 'MEDIUM_HEADER', background: 'BACKGROUND_TRANSPARENT' },
  };
  const rows = rowsOf(charts).map((row, index) => {
    const pieces = row.map((chart) => chartPiece(chart, numbers.get(chart) ?? 0, place));
    const piece: Piece = {
      id: `ROW-${at}-${index}`,
      type: 'ROW',
      children: pieces.map(({ id }) => id),
      meta: { background: 'BACKGROUND_TRANSPARENT' },
    };
    return { piece, pieces };
  });
  return {
    top: [header, ...rows.map(({ piece }) => piece)],
    below: rows.flatMap(({ pieces }) => pieces),
  };
};

const dayFilterOf = (board: Board, place: Place) => ({
  id: `NATIVE_FILTER-${idOf(place, 'filter', board.slug)}`,
  name: 'Days',
  filterType: 'filter_time',
  type: 'NATIVE_FILTER',
  description: 'How many days are read. Each chart reads the last seven by itself.',
  targets: [{}],
  defaultDataMask: {
    extraFormData: { time_range: LAST_DAYS },
    filterState: { value: LAST_DAYS },
    ownState: {},
  },
  controlValues: { enableEmptyFilter: true },
  cascadeParentIds: [],
  scope: { rootPath: ['ROOT_ID'], excluded: [] },
});

export const dashboardOf = (board: Board, place: Place) => {
  const charts = board.sections.flatMap((section) => section.charts);
  const numbers = new Map(charts.map((chart, at) => [chart, at + 1]));
  const sections = board.sections.map((section, at) => sectionPieces(section, at, numbers, place));
  const top = sections.flatMap((section) => section.top);
  const pieces: Piece[] = [
    { id: 'ROOT_ID', type: 'ROOT', children: ['GRID_ID'] },
    { id: 'GRID_ID', type: 'GRID', children: top.map(({ id }) => id), parents: ['ROOT_ID'] },
    { id: 'HEADER_ID', type: 'HEADER', children: [], meta: { text: board.title } },
    ...top,
    ...sections.flatMap((section) => section.below),
  ];
  return {
    dashboard_title: board.title,
    description: null,
    css: '',
    slug: `${board.slug}-${place.stage}`,
    certified_by: '',
    certification_details: '',
    published: true,
    uuid: idOf(place, 'dashboard', board.slug),
    position: {
      DASHBOARD_VERSION_KEY: 'v2',
      ...Object.fromEntries(pieces.map((piece) => [piece.id, piece])),
    },
    metadata: {
      native_filter_configuration: [dayFilterOf(board, place)],
      cross_filters_enabled: true,
      timed_refresh_immune_slices: [],
      expanded_slices: {},
      refresh_frequency: 0,
      color_scheme: '',
      label_colors: {},
    },
    version: '1.0.0',
  };
};
