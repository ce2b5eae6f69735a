import { compileEventsOf } from '../../compiler/events/compile.ts';
import { eventFileName, snakeCase } from '../../compiler/events/names.ts';
import { faultsIn } from '../../compiler/faults.ts';
import { projectFolder } from '../../compiler/folder.ts';
import type { NewKind } from './kind.ts';

const LONGEST_PREFIX = 40;

/** Columns that there are. A project that is wrong just now may have any. */
const takenColumns = (): string[] => {
  try {
    return compileEventsOf(projectFolder()).columns.map(({ name }) => name);
  } catch (error) {
    faultsIn(error); // throws what is no fault of the project's
    return [];
  }
};

/** Columns are called by the event type: one of a plain name may be there already, and be something else. */
const columnsFor = (name: string): { id: string; amount: string; page: string } => {
  const taken = takenColumns();
  const prefix = snakeCase(name).slice(0, LONGEST_PREFIX).replace(/_+$/, '') || 'event';
  const free = (column: string): string => {
    const names = Array.from({ length: taken.length + 1 }, (_, n) => `${prefix}_${column}_${n + 2}`);
    return [`${prefix}_${column}`, ...names].find((one) => !taken.includes(one)) ?? column;
  };
  return { id: free('id'), amount: free('amount'), page: free('page') };
};

const textOf = (name: string): string => {
  const { id, amount, page } = columnsFor(name);
  return `# Each event with "event_name": "${name}" fills these columns. What may stand here: docs/guides/eventTypes.md
description: Say here what happened, in a sentence
# name: Another Name   # where events are not called like this file
columns:
  # Filled by the property of the same name.
  ${id}:
    type: string
    description: What it happened to
  # The first of these properties that is there. Dots lead into objects: { "total": { "amount": 19.90 } }
  ${amount}:
    type: decimal(12,2)
    description: An amount of money, exact
    from: [amount, total.amount]
  # Read from the event's context, beside its properties.
  ${page}:
    type: string
    description: Address of the page where it happened
    from: context.page.url
  # A column of another file stands here by its name alone:
  # currency:
`;
};

/** `headrace new event NAME` */
export const newEvent: NewKind = {
  what: 'events of a name: their properties become columns',
  example: 'sensor_reading',
  fileOf: eventFileName,
  textOf,
  check: async (folder) => {
    compileEventsOf(folder);
  },
  next: (name) => [
    `edit ${eventFileName(name)}`,
    'npx headrace events check   (says what is wrong, and adds its columns to events/columns.lock.json)',
    `npx headrace up (started anew), or npm run deploy: then there are its columns, and a view ${name}`,
    `npx headrace events types --out FILE.ts   (TypeScript types for those who send it)`,
  ],
};
