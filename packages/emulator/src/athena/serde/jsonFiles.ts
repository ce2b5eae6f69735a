import type { ScanFile } from '../files.ts';
import { pathList } from '../sqlText.ts';

/** One row of a raw table may hold an event of half a megabyte; 64 MiB is far beyond any. */
const LONGEST = 2 ** 26;

/** A call of DuckDB's reader `name` over JSON lines. `emulator_path` says which file a row is from. */
export const jsonFiles = (name: string, files: readonly ScanFile[], kind: string, rest: string): string =>
  `${name}(${pathList(files)}, format = 'newline_delimited', compression = '${kind}', ` +
  `maximum_object_size = ${LONGEST}, filename = 'emulator_path'${rest})`;
