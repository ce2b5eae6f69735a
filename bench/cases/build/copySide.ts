import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { eventsTable } from '../../../src/tables/tables.ts';
import { ROWS_PER_OBJECT } from '../../harness/rawObjects.ts';
import type { Prepare } from '../../harness/sample.ts';
import { buildOptions } from './buildSide.ts';

const OBJECTS = new Set(['context', 'properties']);

/** The envelope's fields, none of them typed. */
const columns = eventsTable.columns
  .slice(
    0,
    eventsTable.columns.findIndex(({ name }) => name === 'schema_errors'),
  )
  .map(({ name }) => `${name}: '${OBJECTS.has(name) ? 'JSON' : 'VARCHAR'}'`);

/** The machine's limit: the same objects through DuckDB's JSON reader into a Parquet file, without a question asked. */
export const prepare: Prepare = async (given) => {
  const { objects, memoryMb, workDir } = buildOptions.parse(given);
  const target = join(workDir, 'copy.parquet');
  const list = objects.map((path) => `'${path}'`).join(', ');
  return async () => {
    const instance = await DuckDBInstance.create(':memory:', { memory_limit: `${memoryMb}MB` });
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT * FROM read_json([${list}], format = 'newline_delimited', compression = 'gzip',
         columns = {${columns.join(', ')}})) TO '${target}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    connection.closeSync();
    instance.closeSync();
    const bytes = statSync(target).size;
    rmSync(target);
    return { rows: objects.length * ROWS_PER_OBJECT, bytes };
  };
};
