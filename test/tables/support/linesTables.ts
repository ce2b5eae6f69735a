import type { AthenaEmulator } from 'headrace-emulator/testing';
import { linesTable } from '../../../resources/data/glueTables.ts';
import type { Table } from '../../../src/tables/tables.ts';

const substituted = /\{"Fn::Sub":("(?:[^"\\]|\\.)*")\}/g;

/** A table of lines as the template has it, over the bucket `lake`. */
export const createLinesTable = (athena: AthenaEmulator, table: Table): Promise<unknown> => {
  const { TableInput } = linesTable(table, '2026-01-01').Properties;
  const text = JSON.stringify(TableInput).replaceAll(substituted, (_all, sub: string) =>
    sub.replaceAll(`\${LakeBucket}`, 'lake').replaceAll(`\${!`, `\${`),
  );
  return athena.glue('CreateTable', { DatabaseName: 'lake', TableInput: JSON.parse(text) });
};
