import type { Chart } from '../charts.ts';
import { idOf, type Place } from '../place.ts';
import type { KitTable } from '../tables.ts';

/** Today and the six days before it, in Superset's words. */
export const LAST_DAYS = "DATEADD(DATETIME('today'), -6, day) : DATEADD(DATETIME('today'), 1, day)";

/** As much as a browser draws without a pause. */
const ROWS = 10_000;

const looks: Readonly<Record<Chart['look'], string>> = {
  number: 'big_number_total',
  line: 'echarts_timeseries_line',
  bar: 'echarts_timeseries_bar',
  pie: 'pie',
  table: 'table',
};

const dayFilter = (day: string) => ({
  clause: 'WHERE',
  subject: day,
  operator: 'TEMPORAL_RANGE',
  comparator: LAST_DAYS,
  expressionType: 'SIMPLE',
});

/** What each look calls its parts. */
const partsOf = ({ look, by, metrics, rows, limit = ROWS }: Chart) => {
  const [axis, ...series] = by;
  switch (look) {
    case 'number':
      return {
        metric: metrics[0],
        header_font_size: 0.4,
        subheader_font_size: 0.15,
        y_axis_format: 'SMART_NUMBER',
      };
    case 'pie':
      return { groupby: by, metric: metrics[0], row_limit: limit, sort_by_metric: true, show_legend: true };
    case 'table':
      return rows === undefined
        ? {
            query_mode: 'aggregate',
            groupby: by,
            metrics,
            row_limit: limit,
            order_desc: true,
            all_columns: [],
          }
        : { query_mode: 'raw', all_columns: rows, groupby: [], metrics: [], row_limit: limit };
    case 'line':
    case 'bar':
      return {
        x_axis: axis,
        groupby: series,
        metrics,
        row_limit: limit,
        // The days are text: each is one place on the axis.
        x_axis_sort_asc: true,
        xAxisForceCategorical: axis === 'dt',
        time_grain_sqla: null,
        show_legend: true,
        rich_tooltip: true,
        ...(look === 'bar' && series.length > 0 ? { stack: 'Stack' } : {}),
      };
  }
};

const paramsOf = (chart: Chart) => ({
  viz_type: looks[chart.look],
  adhoc_filters: chart.day === undefined ? [] : [dayFilter(chart.day)],
  ...partsOf(chart),
});

/** What a report or a script asks for the chart's data: a browser would make the same of the parameters. */
const queryContextOf = (chart: Chart) => {
  const { rows, metrics, by, day, look, limit = ROWS } = chart;
  const first = look === 'number' ? metrics.slice(0, 1) : metrics;
  return {
    // Superset puts in the dataset's number as it imports.
    datasource: { id: 0, type: 'table' },
    force: false,
    queries: [
      {
        filters: day === undefined ? [] : [{ col: day, op: 'TEMPORAL_RANGE', val: LAST_DAYS }],
        extras: { having: '', where: '' },
        applied_time_extras: {},
        columns: rows ?? by,
        ...(rows === undefined ? { metrics: first } : {}),
        orderby: first[0] === undefined ? [] : [[first[0], false]],
        annotation_layers: [],
        row_limit: limit,
        series_limit: 0,
        order_desc: true,
        url_params: {},
        custom_params: {},
        custom_form_data: {},
      },
    ],
    form_data: paramsOf(chart),
    result_format: 'json',
    result_type: 'full',
  };
};

export const sliceOf = (chart: Chart, table: KitTable, place: Place) => ({
  slice_name: chart.name,
  description: table.comment,
  certified_by: null,
  certification_details: null,
  viz_type: looks[chart.look],
  params: paramsOf(chart),
  query_context: JSON.stringify(queryContextOf(chart)),
  cache_timeout: null,
  uuid: idOf(place, 'chart', chart.name),
  version: '1.0.0',
  dataset_uuid: idOf(place, 'dataset', table.name),
});
