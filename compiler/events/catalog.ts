import type { CatalogColumn } from '../../src/events/eventType.ts';
import type { Fault } from '../faults.ts';
import { typeText } from './columnType.ts';
import type { ColumnInFile, EventFile } from './eventFile.ts';

/** A column of the catalog, and where its type stands. */
export interface DefinedColumn extends CatalogColumn {
  file: string;
  line: number;
}

const placeOf = ({ file, line }: ColumnInFile): string => `${file}:${line}`;

/** What two files say differently of one column. */
const differences = (first: ColumnInFile, other: ColumnInFile): string[] => {
  const { name } = other;
  const found: string[] = [];
  if (first.type !== undefined && other.type !== undefined && !sameType(first, other))
    found.push(
      `columns.${name} is ${typeText(other.type)} here and ${typeText(first.type)} in ${placeOf(first)}. A column has one type in all files: give both the same, or give one of them another name.`,
    );
  if (first.comment !== undefined && other.comment !== undefined && first.comment !== other.comment)
    found.push(
      `columns.${name} has another description in ${placeOf(first)}. Leave out type and description here, or give the column another name if it means something else.`,
    );
  return found;
};

/** With the fields' own sources: they belong to the type. */
const sameType = (a: ColumnInFile, b: ColumnInFile): boolean =>
  JSON.stringify(withoutComments(a.type)) === JSON.stringify(withoutComments(b.type));

const withoutComments = (type: ColumnInFile['type']): unknown =>
  typeof type === 'object' && typeof type.arrayOf === 'object'
    ? type.arrayOf.map(({ comment: _, ...field }) => field)
    : type;

const merged = (mentions: readonly ColumnInFile[], faults: Fault[]): DefinedColumn[] => {
  const first = mentions.find(({ hasType }) => hasType);
  const [mention] = mentions;
  if (mention === undefined) return [];
  const { name } = mention;
  if (first === undefined) {
    const { file, line } = mention;
    faults.push({
      file,
      line,
      says: `columns.${name}: no file says its type. Write ${name}: { type: string, description: … } in one of them.`,
    });
    return [];
  }
  for (const other of mentions)
    for (const says of other === first ? [] : differences(first, other))
      faults.push({ file: other.file, line: other.line, says });
  const protectedOnes = mentions.filter(({ pii }) => pii !== undefined);
  const [rule, different] = [
    protectedOnes[0],
    protectedOnes.find(({ pii }) => pii !== protectedOnes[0]?.pii),
  ];
  if (rule !== undefined && different !== undefined)
    faults.push({
      file: different.file,
      line: different.line,
      says: `columns.${name} has pii: ${different.pii} here and pii: ${rule.pii} in ${placeOf(rule)}. A column has one.`,
    });
  if (first.type === undefined) return [];
  const pii = rule?.pii;
  if (pii === 'hash' && first.type !== 'string')
    faults.push({
      file: rule?.file ?? first.file,
      line: rule?.line ?? first.line,
      says: `columns.${name} is ${typeText(first.type)}, and a hash is text. Make it a string, or write pii: drop.`,
    });
  const { file, line, type, comment = '' } = first;
  return [{ name, type, comment, ...(pii === undefined ? {} : { pii }), file, line }];
};

/** The columns of all files, each once, in the order in which they come. Notes where files contradict each other. */
export const mergeColumns = (files: readonly EventFile[], faults: Fault[]): DefinedColumn[] => {
  const mentions = Map.groupBy(
    files.flatMap(({ columns }) => columns),
    ({ name }) => name,
  );
  return [...mentions.values()].flatMap((all) => merged(all, faults));
};
