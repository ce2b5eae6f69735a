import { metricsOf } from '../metrics.ts';
import { idOf, type Place } from '../place.ts';
import type { KitTable } from '../tables.ts';

const VERSION = '1.0.0';

/** Days are text in every table: Superset is told how to read and to write them. */
const isDay = (name: string, type: string): boolean => type === 'varchar' && /^(?:dt|first_day)$/.test(name);

const isTime = (type: string): boolean => type === 'date' || type.startsWith('timestamp');

/** Superset's dataset of a table: its columns with their comments, and its metrics. */
export const datasetOf = (table: KitTable, place: Place) => ({
  table_name: table.name,
  main_dttm_col: table.columns.find(({ name, type }) => isDay(name, type))?.name ?? null,
  description: table.comment,
  default_endpoint: null,
  offset: 0,
  cache_timeout: null,
  catalog: null,
  schema: place.database,
  sql: table.sql ?? null,
  params: null,
  template_params: null,
  // The values of a column would be asked without a condition on the day.
  filter_select_enabled: false,
  fetch_values_predicate: null,
  extra: null,
  normalize_columns: false,
  always_filter_main_dttm: true,
  uuid: idOf(place, 'dataset', table.name),
  metrics: metricsOf(table).map(({ name, label, sql }) => ({
    metric_name: name,
    verbose_name: label,
    metric_type: null,
    expression: sql,
    description: null,
    d3format: null,
    extra: {},
    warning_text: null,
  })),
  columns: table.columns.map(({ name, type, comment }) => ({
    column_name: name,
    verbose_name: null,
    is_dttm: isDay(name, type) || isTime(type),
    is_active: true,
    type: type.replace(/\(.*/, '').toUpperCase(),
    advanced_data_type: null,
    groupby: true,
    filterable: true,
    expression: null,
    description: comment,
    python_date_format: isDay(name, type) ? '%Y-%m-%d' : null,
    extra: {},
  })),
  version: VERSION,
  database_uuid: idOf(place, 'database', place.database),
});

/** No credentials: Superset's own role asks. The workgroup says where results go, and when a query has read too much. */
export const databaseOf = (place: Place) => ({
  database_name: `Headrace ${place.stage}`,
  sqlalchemy_uri: `awsathena+rest://@athena.${place.region}.amazonaws.com:443/${place.database}?work_group=${place.workgroup}`,
  cache_timeout: 300,
  expose_in_sqllab: true,
  allow_run_async: false,
  allow_ctas: false,
  allow_cvas: false,
  allow_dml: false,
  allow_csv_upload: false,
  extra: {
    allows_virtual_table_explore: true,
    // A preview asks for rows of any day.
    disable_data_preview: true,
    metadata_params: {},
    engine_params: {},
    metadata_cache_timeout: {},
    schemas_allowed_for_csv_upload: [],
  },
  uuid: idOf(place, 'database', place.database),
  version: VERSION,
});
