import { valueText } from 'headrace-trino';
import type { z } from 'zod';
import type { TrinoRows } from './server.ts';

type Json = z.infer<ReturnType<typeof z.json>>;

/** A type of Trino taken apart: `row("a" bigint, b array(varchar))`. */
interface Type {
  name: string;
  args: Type[];
  fields: string[];
}

const splitArguments = (text: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [i, c] of [...text].entries()) {
    if (c === '(') depth += 1;
    if (c === ')') depth -= 1;
    if (c !== ',' || depth > 0) continue;
    parts.push(text.slice(start, i).trim());
    start = i + 1;
  }
  return [...parts, text.slice(start).trim()].filter((part) => part !== '');
};

const typeOf = (text: string): Type => {
  const [, name = text, inside] = /^(array|map|row)\((.*)\)$/s.exec(text) ?? [];
  if (inside === undefined) return { name: text, args: [], fields: [] };
  const parts = splitArguments(inside);
  if (name !== 'row') return { name, args: parts.map(typeOf), fields: [] };
  const fields = parts.map((part) => /^(?:"([^"]+)"|(\S+))\s+(.*)$/s.exec(part));
  return {
    name,
    args: fields.map((field) => typeOf(field?.[3] ?? '')),
    fields: fields.map((field) => field?.[1] ?? field?.[2] ?? ''),
  };
};

const inside = (value: Json, type: Type | undefined): string => shown(value, type) ?? 'null';

/** A value of Trino's JSON as Athena's results have it. */
const shown = (value: Json, type: Type | undefined): string | null => {
  if (value === null) return null;
  if (type?.name === 'double' || type?.name === 'real')
    return valueText(Number(value), { name: type.name }) ?? null;
  if (Array.isArray(value) && type?.name === 'row')
    return `{${value.map((item, i) => `${type.fields[i]}=${inside(item, type.args[i])}`).join(', ')}}`;
  if (Array.isArray(value)) return `[${value.map((item) => inside(item, type?.args[0])).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${inside(item, type?.args[1])}`)
      .join(', ')}}`;
  // The lake is a folder to Trino: views tell in which object a row is.
  return String(value).replace(/^local:\/\/\//, 's3://');
};

/** Sums of doubles depend on the order of adding. */
const CLOSE = 1e-11;

const isSame = (left: string | null, right: string | null, type: string): boolean => {
  if (left === right) return true;
  if (left === null || right === null || (type !== 'double' && type !== 'real')) return false;
  return Math.abs(Number(left) - Number(right)) <= CLOSE * Math.abs(Number(right));
};

type Row = readonly (string | null)[];

const key = (row: Row): string =>
  JSON.stringify(
    row.map((value) =>
      value !== null && /^-?\d+\.\d{6,}/.test(value) ? Number(value).toPrecision(9) : value,
    ),
  );

const sorted = (rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));

/** What differs, in words; undefined: nothing does. `ordered`: the statement says in which order. */
export const difference = (
  trino: TrinoRows,
  athena: { columns: readonly string[]; rows: readonly Row[] },
  ordered: boolean,
): string | undefined => {
  const types = trino.columns.map(({ type }) => type);
  const parsed = types.map(typeOf);
  const names = trino.columns.map(({ name }) => name);
  if (names.join() !== athena.columns.join()) return `columns: Trino ${names}, here ${athena.columns}`;
  const theirs = trino.rows.map((row): Row => row.map((value, i) => shown(value, parsed[i])));
  if (theirs.length !== athena.rows.length) return `rows: Trino ${theirs.length}, here ${athena.rows.length}`;
  const [left, right] = ordered ? [theirs, athena.rows] : [sorted(theirs), sorted(athena.rows)];
  const at = left.findIndex((row, i) =>
    row.some((value, c) => !isSame(value, right[i]?.[c] ?? null, types[c] ?? '')),
  );
  if (at < 0) return undefined;
  const column =
    left[at]?.findIndex((value, c) => !isSame(value, right[at]?.[c] ?? null, types[c] ?? '')) ?? 0;
  return `row ${at + 1}, ${names[column]}: Trino ${JSON.stringify(left[at]?.[column])}, here ${JSON.stringify(right[at]?.[column])}`;
};
