import type { TrinoType } from 'headrace-trino';
import type { LazySimpleOptions } from '../engine/lazySimple.ts';
import { literal } from '../sqlText.ts';

const text = (value: string): string => literal(value).replaceAll('\u0000', "' || chr(0) || '");

const separatorAt = ({ separators }: LazySimpleOptions, depth: number): string =>
  text(separators[depth] ?? String.fromCharCode(depth + 1));

/** Only a table that names an escape has one: without it a separator in a value is one more column for readers. */
const escaped = (sql: string, { escapeChar, separators }: LazySimpleOptions): string => {
  if (escapeChar === undefined) return sql;
  const special = [escapeChar, ...separators];
  return special.reduce(
    (done, each) => `replace(${done}, ${text(each)}, ${text(escapeChar + each)})`,
    `CAST(${sql} AS VARCHAR)`,
  );
};

const valueText = (sql: string, type: TrinoType, options: LazySimpleOptions, depth: number): string => {
  const x = `x${depth}`;
  const or = (value: string): string => `coalesce(${value}, ${text(options.nullText)})`;
  const [first = type, second = type] = type.args ?? [];
  if (type.name === 'array')
    return or(
      `array_to_string(list_transform(${sql}, lambda ${x}: ${valueText(x, first, options, depth + 1)}), ${separatorAt(options, depth)})`,
    );
  if (type.name === 'map') {
    const entry = `${valueText(`${x}.key`, first, options, depth + 2)} || ${separatorAt(options, depth + 1)} || ${valueText(`${x}.value`, second, options, depth + 2)}`;
    return or(
      `array_to_string(list_transform(map_entries(${sql}), lambda ${x}: ${entry}), ${separatorAt(options, depth)})`,
    );
  }
  if (type.fields) {
    const values = type.fields.map((field, i) =>
      valueText(`(${sql})[${i + 1}]`, field.type, options, depth + 1),
    );
    return or(
      `CASE WHEN ${sql} IS NOT NULL THEN array_to_string([${values.join(', ')}], ${separatorAt(options, depth)}) END`,
    );
  }
  if (type.name === 'varbinary') return or(`to_base64(${sql})`);
  if (type.name === 'varchar') return or(escaped(sql, options));
  return or(`CAST(${sql} AS VARCHAR)`);
};

/** A row as a line of Hive's LazySimpleSerDe: no quotes around anything. */
export const textLine = (
  columns: readonly { sql: string; type: TrinoType }[],
  options: LazySimpleOptions,
): string => {
  const values = columns.map(({ sql, type }) => valueText(sql, type, options, 1));
  return `array_to_string([${values.join(', ')}], ${separatorAt(options, 0)})`;
};
