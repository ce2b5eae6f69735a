import type { ColumnType, ScalarType } from '../../src/events/columnType.ts';
import type { Source } from '../../src/events/eventType.ts';
import { ruleOfPlace } from '../../src/events/ruleOfPlace.ts';
import type { Fault } from '../faults.ts';
import type { DefinedColumn } from './catalog.ts';
import { typeText } from './columnType.ts';
import type { EventFile } from './eventFile.ts';
import { sourceText } from './source.ts';

/** What is read from a place: a column, or a field of its structs. */
interface Reading {
  what: string;
  type: ScalarType | { arrayOf: ScalarType };
  source: Source;
}

const readingsOf = (name: string, type: ColumnType, sources: readonly Source[]): Reading[] =>
  sources.flatMap((source): Reading[] => {
    const what = `columns.${name}`;
    if (typeof type === 'string') return [{ what, type, source }];
    const { arrayOf } = type;
    if (typeof arrayOf === 'string') return [{ what, type: { arrayOf }, source }];
    return arrayOf.flatMap((field) =>
      field.from.map((names) => ({
        what: `${what}.fields.${field.name}`,
        type: field.type,
        source: { ...source, path: [...source.path, ...names] },
      })),
    );
  });

/** Text can be hashed, and JSON can hold the hash; anything else would be empty wherever personal data is protected. */
const canBeHashed = (type: Reading['type']): boolean => {
  const scalar = typeof type === 'string' ? type : type.arrayOf;
  return scalar === 'string' || scalar === 'json';
};

const isHashed = ({ type, source }: Reading): boolean =>
  !canBeHashed(type) && ruleOfPlace(source, type === 'boolean') === 'hash';

const saying = ({ what, type, source }: Reading): string => {
  const better = typeof type === 'string' ? 'a string' : 'array<string>';
  return `${what} is ${typeText(type)} and is read from ${sourceText(source)}, which is hashed where personal data is protected. A hash is text: make it ${better}.`;
};

/** Notes columns of numbers and the like that are read from what the collector hashes in every event. */
export const noteHashed = (
  files: readonly EventFile[],
  columns: readonly DefinedColumn[],
  faults: Fault[],
): void => {
  // One that says `pii: drop` is to be empty where personal data is protected.
  const types = new Map(columns.flatMap(({ name, type, pii }) => (pii === 'drop' ? [] : [[name, type]])));
  for (const { type: eventType, columns: mentions } of files)
    for (const { file, line, name } of mentions) {
      const type = types.get(name);
      const hashed = type && readingsOf(name, type, eventType.columns[name] ?? []).find(isHashed);
      if (hashed !== undefined) faults.push({ file, line, says: saying(hashed) });
    }
};
