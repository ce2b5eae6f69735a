import type { Source } from '../../src/events/eventType.ts';
import { everywhere } from '../../src/events/protectedPaths.ts';
import type { Fault } from '../faults.ts';
import type { DefinedColumn } from './catalog.ts';
import { typeText } from './columnType.ts';
import type { EventFile } from './eventFile.ts';

/** As src/collect/names.ts compares them: without case and signs. */
const plain = (names: readonly string[]): string =>
  names.map((name) => name.toLowerCase().replaceAll(/[_\-.\s]/g, '')).join('.');

const hashed = [...everywhere].flatMap(([path, rule]) => (rule === 'hash' ? [plain(path.split('.'))] : []));

const isHashed = (source: Source): boolean => {
  const place = plain([source.in, ...source.path]);
  return hashed.some((path) => place === path || place.startsWith(`${path}.`));
};

/** Text can be hashed, and JSON can hold the hash; any other column would be empty wherever personal data is protected. */
const canBeHashed = ({ type }: DefinedColumn): boolean => type === 'string' || type === 'json';

/** Notes columns of numbers and the like that are read from what the collector hashes in every event. */
export const noteHashed = (
  files: readonly EventFile[],
  columns: readonly DefinedColumn[],
  faults: Fault[],
): void => {
  const unfit = new Map(
    columns.filter((column) => !canBeHashed(column)).map((column) => [column.name, column]),
  );
  for (const { type, columns: mentions } of files)
    for (const { file, line, name } of mentions) {
      const column = unfit.get(name);
      const source = column && type.columns[name]?.find(isHashed);
      if (column === undefined || source === undefined) continue;
      faults.push({
        file,
        line,
        says: `columns.${name} is ${typeText(column.type)} and is read from ${source.path.join('.')}, which is hashed where personal data is protected. A hash is text: make the column a string.`,
      });
    }
};
