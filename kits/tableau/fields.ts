import { label, metricsOf } from '../metrics.ts';
import { has, type KitTable } from '../tables.ts';
import { type Element, element } from './xml.ts';

/** What Tableau calls the fields of a table, and what it does with them when nobody says otherwise. */

const datatypes: readonly (readonly [RegExp, string])[] = [
  [/^(?:tinyint|smallint|integer|bigint)$/, 'integer'],
  [/^(?:double|real|decimal)/, 'real'],
  [/^boolean$/, 'boolean'],
  [/^date$/, 'date'],
  [/^timestamp/, 'datetime'],
];

/** Arrays, rows and maps come as text. */
const datatypeOf = (type: string): string =>
  datatypes.find(([pattern]) => pattern.test(type))?.[1] ?? 'string';

/** What adds up is a measure; a number that does not, such as an id or a price, is a dimension. */
interface Field {
  datatype: string;
  role: 'measure' | 'dimension';
  type: 'quantitative' | 'nominal' | 'ordinal';
  aggregation: string;
}

const fieldOf = (table: KitTable, name: string, type: string): Field => {
  const datatype = datatypeOf(type);
  const measure = { datatype, role: 'measure', type: 'quantitative' } as const;
  if (table.sums.includes(name)) return { ...measure, aggregation: 'Sum' };
  if (table.distinct.includes(name)) return { ...measure, aggregation: 'Max' };
  if (datatype === 'real') return { ...measure, aggregation: 'Avg' };
  const dated = datatype === 'date' || datatype === 'datetime';
  const kind = dated || datatype === 'integer' ? 'ordinal' : 'nominal';
  return { datatype, role: 'dimension', type: kind, aggregation: dated ? 'Year' : 'Count' };
};

/** Where a column's comment is read. */
const description = (text: string): Element[] =>
  text === '' ? [] : [element('desc', {}, element('formatted-text', {}, element('run', {}, text)))];

const columnOf = (table: KitTable, { name, type, comment }: KitTable['columns'][number]): Element => {
  const largest = table.distinct.includes(name) ? ' (largest row)' : '';
  return element(
    'column',
    { caption: `${label(name)}${largest}`, ...fieldOf(table, name, type), name: `[${name}]` },
    ...description(comment),
  );
};

const calculated = (name: string, caption: string, formula: string, field: Record<string, string>): Element =>
  element(
    'column',
    { caption, ...field, name: `[${name}]` },
    element('calculation', { class: 'tableau', formula }),
  );

/** Counts of different values, which Tableau counts anew for what is shown. */
const formulas = (table: KitTable): Readonly<Record<string, string>> => ({
  visitors: has(table, 'visitor') ? 'COUNTD([visitor])' : 'COUNTD(IFNULL([user_id], [anonymous_id]))',
  orders: "COUNTD([source] + ' ' + IFNULL([order_id], [event_id]))",
});

const count = { datatype: 'integer', role: 'measure', type: 'quantitative' };

const metricColumns = (table: KitTable): Element[] =>
  metricsOf(table)
    .filter(({ name, sql }) => sql.startsWith('count(DISTINCT') && !has(table, name))
    .map(({ name, label: caption }) =>
      calculated(`Calculation_${name}`, caption, formulas(table)[name] ?? '', count),
    );

const DAY_FIELD = 'Calculation_day';

/** The day as a filter names it: as it is, not cut to a year. */
export const DAY_INSTANCE = `[none:${DAY_FIELD}:qk]`;

/** Days are text in every table; a filter of the last days needs a date. */
const dayColumn = (day: string): Element =>
  calculated(DAY_FIELD, 'Day', `DATE([${day}])`, {
    datatype: 'date',
    role: 'dimension',
    type: 'ordinal',
    aggregation: 'Year',
  });

const dayInstance = (): Element =>
  element('column-instance', {
    ...{ column: `[${DAY_FIELD}]`, derivation: 'None', name: DAY_INSTANCE },
    ...{ pivot: 'key', type: 'quantitative' },
  });

export const dayOf = (table: KitTable): string | undefined =>
  ['dt', 'first_day'].find((name) =>
    table.columns.some((column) => column.name === name && column.type === 'varchar'),
  );

export const columnsOf = (table: KitTable): Element[] => {
  const day = dayOf(table);
  return [
    ...table.columns.map((column) => columnOf(table, column)),
    ...(day === undefined ? [] : [dayColumn(day)]),
    ...metricColumns(table),
    ...(day === undefined ? [] : [dayInstance()]),
  ];
};

/** What Tableau found in the database, so that it needs not look before it shows the fields. */
export const recordsOf = (table: KitTable): Element[] =>
  table.columns.map(({ name, type }, at) => {
    const { datatype, aggregation } = fieldOf(table, name, type);
    const parts = {
      'remote-name': name,
      'local-name': `[${name}]`,
      'parent-name': `[${table.name}]`,
      'remote-alias': name,
      ordinal: `${at + 1}`,
      'local-type': datatype,
      aggregation,
      'contains-null': 'true',
    };
    return element(
      'metadata-record',
      { class: 'column' },
      ...Object.entries(parts).map(([tag, text]) => element(tag, {}, text)),
    );
  });
