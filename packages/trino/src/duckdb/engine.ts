import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  DuckDBScalarFunction,
  type DuckDBValue,
  type DuckDBVector,
  FLOAT,
  VARCHAR,
} from '@duckdb/node-api';
import { macros } from './macros/all.ts';
import { userFunctions } from './userFunctions/all.ts';
import type { UserFunction, Value } from './userFunctions/function.ts';

const types = { VARCHAR, DOUBLE, FLOAT, BIGINT, BLOB, BOOLEAN };

const plain = (value: DuckDBValue): Value => {
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (typeof value === 'object') return null;
  return value ?? null;
};

const register = (connection: DuckDBConnection, fn: UserFunction): void => {
  const mainFunction = (_info: unknown, input: DuckDBDataChunk, output: DuckDBVector): void => {
    const columns = fn.parameters.map((_, i) => input.getColumnVector(i));
    for (let row = 0; row < input.rowCount; row += 1) {
      const values = columns.map((column) => plain(column.getItem(row)));
      const result = values.includes(null) ? null : fn.body(...values);
      output.setItem(row, result instanceof Uint8Array ? new DuckDBBlobValue(result) : result);
    }
    output.flush();
  };
  const parameterTypes = fn.parameters.map((name) => types[name]);
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: fn.name,
      mainFunction,
      parameterTypes,
      returnType: types[fn.result],
    }),
  );
};

export interface EngineOptions {
  /** the only folders a query may read */
  folders: readonly string[];
  /** where it may put what does not fit into memory; one of the folders */
  spill?: string;
  /** how much it may put there, in DuckDB's words; by default what the disk has */
  spillLimit?: string;
  threads?: number;
  /** in DuckDB's words: `2GB` */
  memory?: string;
}

/**
 * A DuckDB instance with the functions and settings that translated queries need. A query reads below `folders` and
 * nowhere else: external access is off and the settings are locked. The caller closes it.
 */
export const createEngine = async ({
  folders,
  spill,
  spillLimit,
  threads = 2,
  memory = '2GB',
}: EngineOptions): Promise<DuckDBInstance> => {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memory,
    ...(spill === undefined ? {} : { temp_directory: spill }),
    ...(spillLimit === undefined ? {} : { max_temp_directory_size: spillLimit }),
  });
  const connection = await instance.connect();
  for (const fn of userFunctions) register(connection, fn);
  for (const macro of macros) await connection.run(macro);
  const list = folders.map((folder) => `'${folder.replaceAll("'", "''")}'`).join(', ');
  for (const setting of [
    "SET GLOBAL TimeZone = 'UTC'",
    'SET GLOBAL ieee_floating_point_ops = true',
    `SET GLOBAL allowed_directories = [${list}]`,
    'SET GLOBAL enable_external_access = false',
    'SET GLOBAL lock_configuration = true',
  ]) {
    await connection.run(setting);
  }
  connection.closeSync();
  return instance;
};
