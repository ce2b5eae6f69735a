import type { KitFile } from '../file.ts';
import { idOf, type Place } from '../place.ts';
import { type KitTable, kitTables } from '../tables.ts';
import { columnsOf, DAY_INSTANCE, dayOf, recordsOf } from './fields.ts';
import { document, type Element, element } from './xml.ts';

/** The format of Tableau 2018.1 and later, with the one newer attribute that the filter of days needs. */
const VERSION = '18.1';

const relationOf = ({ name, sql }: KitTable, connection: string, database: string): Element =>
  sql === undefined
    ? element('relation', { connection, name, table: `[${database}].[${name}]`, type: 'table' })
    : element('relation', { connection, name, type: 'text' }, sql);

/** No credentials and no staging folder: Tableau asks for the ones, the workgroup sets the other. */
const connectionOf = (table: KitTable, place: Place): Element => {
  const server = `athena.${place.region}.amazonaws.com`;
  const name = `athena.${idOf(place, 'connection', place.database).replaceAll('-', '')}`;
  const athena = { class: 'athena', dbname: 'AwsDataCatalog', schema: place.database, server, port: '443' };
  return element(
    'connection',
    { class: 'federated' },
    element(
      'named-connections',
      {},
      element(
        'named-connection',
        { caption: server, name },
        element('connection', { ...athena, username: '' }),
      ),
    ),
    relationOf(table, name, place.database),
    element('metadata-records', {}, ...recordsOf(table)),
  );
};

/** Today and the six days before it. Each query has it, whatever a sheet shows. */
const filterOf = (): Element =>
  element('filter', {
    class: 'relative-date',
    column: DAY_INSTANCE,
    'first-period': '-6',
    'last-period': '0',
    'period-type-v2': 'day',
    'include-future': 'true',
    'include-null': 'false',
  });

const sourceOf = (table: KitTable, place: Place): Element => {
  const filters = dayOf(table) === undefined ? [] : [filterOf()];
  return element(
    'datasource',
    {
      'formatted-name': `federated.${idOf(place, 'datasource', table.name).replaceAll('-', '')}`,
      caption: `${table.name} (Headrace ${place.stage})`,
      inline: 'true',
      'source-platform': 'win',
      version: VERSION,
      'xmlns:user': 'http://www.tableausoftware.com/xml/user',
    },
    element('document-format-change-manifest', {}, element('ISO8601PeriodTypes')),
    connectionOf(table, place),
    element('aliases', { enabled: 'yes' }),
    ...columnsOf(table),
    element('layout', {
      'dim-ordering': 'alphabetic',
      'measure-ordering': 'alphabetic',
      'show-structure': 'true',
    }),
    ...filters,
  );
};

/** What Tableau's connector hands to Athena's driver. Without the workgroup nothing limits what a query reads. */
const propertiesOf = ({ workgroup }: Place): string => `Workgroup=${workgroup}\n`;

export const tableauKit = (place: Place): KitFile[] => [
  ...kitTables().map((table) => ({ path: `${table.name}.tds`, content: document(sourceOf(table, place)) })),
  { path: 'athena.properties', content: propertiesOf(place) },
];
