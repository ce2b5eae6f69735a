import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { TrinoType } from 'headrace-trino';
import { lazyFields, lazyValue } from './lazySimple.ts';
import { openCsvCells } from './openCsv.ts';
import type { TextSerde, TextTable } from './protocol.ts';
import { linesOf } from './textLines.ts';
import { csvScalar, isNested, jsonText, type TextValue } from './textValues.ts';

type Reader = (line: string, columns: TextTable['columns']) => (TextValue | undefined)[];

const invalid = (value: string, at: number): Error =>
  new Error(
    `trino:HIVE_BAD_DATA: Error parsing field value '${value}' for field ${at}: For input string: "${value}"`,
  );

const csvReader =
  (serde: TextSerde & { kind: 'csv' }): Reader =>
  (line, columns) => {
    const cells = line === '' ? [] : openCsvCells(line, serde);
    return columns.map(({ type, used }, i) => {
      const cell = cells[i];
      if (!used || cell === undefined) return null;
      const value = csvScalar(cell, type);
      if (value === undefined && !serde.nullForInvalid) throw invalid(cell, i);
      return value ?? null;
    });
  };

const lazyReader =
  (serde: TextSerde & { kind: 'lazy' }): Reader =>
  (line, columns) => {
    const fields = lazyFields(line, columns.length, serde);
    return columns.map(({ type, used }, i) => {
      const field = fields[i];
      return !used || field === undefined ? null : lazyValue(field, type, serde);
    });
  };

const cell = (value: TextValue | undefined, type: TrinoType): string => {
  if (value === null || value === undefined) return '';
  const text = isNested(type) || typeof value !== 'string' ? jsonText(value) : value;
  return `"${text.replaceAll('"', '""')}"`;
};

async function* converted({ files, serde, columns, skip }: TextTable): AsyncGenerator<string> {
  const read = serde.kind === 'csv' ? csvReader(serde) : lazyReader(serde);
  let text = '';
  for (const [index, file] of files.entries()) {
    let left = skip;
    for await (const line of linesOf(file)) {
      if (left-- > 0) continue;
      const values = read(line, columns);
      const cells = columns.flatMap(({ type, used }, i) => (used ? [cell(values[i], type)] : []));
      text += `${[...cells, index].join(',')}\n`;
      if (text.length <= 2 ** 20) continue;
      yield text;
      text = '';
    }
  }
  yield text;
}

/**
 * Reads text files as their SerDe does, and writes what it finds as a CSV that leaves no question: every value in quotes,
 * NULL without, nested values as JSON. The used columns, then the place of the file in the list.
 */
export const convertText = (table: TextTable): Promise<void> =>
  pipeline(converted(table), createWriteStream(table.target));
