import { refuse, string, type UserFunction } from './function.ts';

/** JSON as Trino keeps it: keys sorted, no spaces, every digit as it came. */
const sortedJson = (text: string): string => {
  const keepDigits = (_key: string, value: unknown, context: { source?: string }): unknown =>
    typeof value === 'number' && context.source !== undefined ? JSON.rawJSON(context.source) : value;
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sort);
    if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, inner]) => [key, sort(inner)]));
  };
  try {
    return JSON.stringify(sort(JSON.parse(text, keepDigits)));
  } catch {
    return refuse(`INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '${text.slice(0, 100)}'`);
  }
};

/** Whether an array of JSON has the value as a scalar of its own kind: 1 is not '1', and 1.5 is not an integer. */
const arrayContains = (json: string, wanted: string, kind: string): boolean | null => {
  const raw: unknown[] = [];
  try {
    const parsed: unknown = JSON.parse(json, (_key, value, context: { source?: string }) =>
      typeof value === 'number' && context.source !== undefined ? { number: context.source } : value,
    );
    if (!Array.isArray(parsed)) return null;
    raw.push(...parsed);
  } catch {
    return null;
  }
  return raw.some((item) => {
    if (kind === 'boolean') return typeof item === 'boolean' && String(item) === wanted;
    if (kind === 'string') return item === wanted;
    const source =
      typeof item === 'object' && item !== null && 'number' in item ? String(item.number) : undefined;
    if (source === undefined) return false;
    const whole = /^-?\d+$/.test(source);
    return kind === 'integer'
      ? whole && BigInt(source) === BigInt(wanted)
      : !whole && Number(source) === Number(wanted);
  });
};

/** Functions of JSON. */
export const json: readonly UserFunction[] = [
  {
    name: 'trino_json_sorted',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    body: (x) => sortedJson(string(x)),
  },
  {
    name: 'trino_json_array_contains',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    result: 'BOOLEAN',
    body: (json, value, kind) => arrayContains(string(json), string(value), string(kind)),
  },
];
