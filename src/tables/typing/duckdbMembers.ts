/** DuckDB expressions that read members out of JSON objects. */

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The first of these members that is there. As VARCHAR: functions read the type JSON in ways of its own. */
export const first = (of: string, names: readonly string[]): string =>
  `coalesce(${names.map((name) => `${of}.${quoted(name)}::VARCHAR`).join(', ')})`;

/** `from_json`'s shape for members of an object, each once. */
export const members = (names: Iterable<string>, type: 'JSON' | 'VARCHAR'): Record<string, string> =>
  Object.fromEntries([...new Set(names)].sort().map((name) => [name, type]));
