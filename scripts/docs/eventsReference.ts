import { dictionaryColumns } from '../../src/events/dictionary.ts';
import { refusalReasons } from '../../src/events/envelope.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { eventsTable, martTables, quarantineTable, type Table } from '../../src/tables/tables.ts';
import { trinoType } from '../../src/tables/types.ts';

// Parts of docs/reference/events.md and docs/reference/tables.md, made of the column catalog, the registry and the tables.

const cell = (text: string): string => text.replaceAll('|', '\\|');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const columnsOf = (described: Table): string =>
  table(
    ['column', 'type', 'what'],
    [...described.columns, ...described.partitionKeys].map(({ name, type, comment }) => [
      `\`${name}\``,
      `\`${trinoType(type)}\``,
      comment,
    ]),
  );

export const eventTypes = (): string =>
  [...knownEventTypes.values()]
    .map(
      (type) =>
        `### ${type.name}\n\n${type.comment}. View: \`${type.name}\`.\n\n${table(
          ['column', 'read from the property'],
          Object.entries(type.columns).map(([name, from]) => [
            `\`${name}\``,
            from.map((one) => `\`${one}\``).join(', else '),
          ]),
        )}`,
    )
    .join('\n\n');

const structs = (): string =>
  dictionaryColumns
    .flatMap(({ name, type }) => {
      if (typeof type === 'string') return [];
      const fields = type.arrayOf.map((field) => [
        `\`${field.name}\``,
        `\`${field.type}\``,
        field.from.map((one) => `\`${one}\``).join(', else '),
      ]);
      return [`Fields of \`${name}\`:\n\n${table(['field', 'type', 'read from'], fields)}`];
    })
    .join('\n\n');

/** The envelope's and all typed columns of the table `events`, then what is inside of `items`. */
export const eventsColumns = (): string => `${columnsOf(eventsTable)}\n\n${structs()}`;

export const quarantineColumns = (): string =>
  `${columnsOf(quarantineTable)}\n\nReasons: ${refusalReasons.map((reason) => `\`${reason}\``).join(', ')}.`;

export const marts = (): string =>
  martTables.map((mart) => `### ${mart.name}\n\n${mart.comment}.\n\n${columnsOf(mart)}`).join('\n\n');
