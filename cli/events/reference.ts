import { sentence } from '../../client/format.ts';
import { typeText } from '../../compiler/events/columnType.ts';
import type { CompiledEvents } from '../../compiler/events/compile.ts';
import { namesText, sourceText } from '../../compiler/events/source.ts';
import type { CatalogColumn, EventType, Source } from '../../src/events/eventType.ts';
import { trinoType } from '../../src/tables/types.ts';
import { onOneLine, tableOf } from '../markdownTable.ts';

// Markdown of a project's event types and columns: `headrace events docs`, and parts of this project's own docs.

const inOrder = (places: readonly string[]): string => places.map((one) => `\`${one}\``).join(', else ');

/** Where a column is read from: `total`, else `context.cart.total`. */
export const placesOf = (from: readonly Source[]): string => inOrder(from.map(sourceText));

/** What is inside of the columns that are arrays of structs. */
export const structsOf = (columns: readonly CatalogColumn[]): string =>
  columns
    .flatMap(({ name, type }) => {
      if (typeof type === 'string' || typeof type.arrayOf === 'string') return [];
      const fields = type.arrayOf.map((field) => [
        `\`${field.name}\``,
        `\`${field.type}\``,
        inOrder(field.from.map(namesText)),
      ]);
      return [`Fields of \`${name}\`:\n\n${tableOf(['field', 'type', 'read from'], fields)}`];
    })
    .join('\n\n');

const personal = ({ pii }: CatalogColumn): string => (pii === undefined ? '' : ` Personal data: ${pii}.`);

const typeName = ({ type }: CatalogColumn): string =>
  `\`${typeof type === 'object' && typeof type.arrayOf === 'object' ? 'array<struct>' : typeText(type)}\``;

const eventPart = (type: EventType, columns: readonly CatalogColumn[]): string => {
  const own = columns.filter(({ name }) => Object.hasOwn(type.columns, name));
  const rows = own.map((column) => [
    `\`${column.name}\``,
    typeName(column),
    placesOf(type.columns[column.name] ?? []),
    `${sentence(column.comment)}${personal(column)}`,
  ]);
  const other = type.pii.map((place) => `\`${sourceText(place)}\`: ${place.protection}`);
  return [
    `### ${onOneLine(type.name)}`,
    `${sentence(type.comment)} View: \`${type.view}\`.`,
    own.length === 0 ? 'No columns of its own.' : tableOf(['column', 'type', 'read from', 'what'], rows),
    ...(other.length === 0 ? [] : [`Other personal data: ${other.join(', ')}.`]),
  ].join('\n\n');
};

const columnPart = (columns: readonly CatalogColumn[], types: readonly EventType[]): string =>
  tableOf(
    ['column', 'type in Athena', 'event types', 'what'],
    columns.map((column) => [
      `\`${column.name}\``,
      `\`${trinoType(column.type)}\``,
      types
        .filter((type) => Object.hasOwn(type.columns, column.name))
        .map(({ name }) => name)
        .join(', '),
      `${sentence(column.comment)}${personal(column)}`,
    ]),
  );

/** A page that has everything about the event types of a project. */
export const referencePage = ({ eventTypes, columns }: CompiledEvents): string => {
  const parts = [
    '# Event types and columns',
    'Made by `npx headrace events docs`, of the files in events/. Change those, not this page.',
    'An event is stored whatever its name. These names are known: their properties also fill columns of the table `events`, and each has a view.',
    '## Event types',
    ...eventTypes.map((type) => eventPart(type, columns)),
    '## Columns',
    'A column has one type in all event types. Columns are in the order of the table.',
    columns.length === 0 ? 'There are none yet.' : columnPart(columns, eventTypes),
    structsOf(columns),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
};
