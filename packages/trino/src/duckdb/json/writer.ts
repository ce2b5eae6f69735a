import { javaDouble } from '../doubles.ts';
import type { JsonValue } from './reader.ts';

const short: Record<string, string> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/** A string as Trino's JSON writes it: in quotes, with escapes for what is outside the basic plane. */
export const jsonString = (text: string): string => {
  const escaped = text.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes
    /[\u0000-\u001f"\\\ud800-\udfff]/g,
    (c) => short[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return `"${escaped}"`;
};

/** A double as a number of JSON; what is no number of JSON becomes a string. */
export const jsonDouble = (value: number): string =>
  Number.isFinite(value) ? javaDouble(value) : `"${javaDouble(value)}"`;

export const isFloat = (number: string): boolean => /[.eE]/.test(number);

const numberText = (text: string): string => {
  if (isFloat(text)) return jsonDouble(Number(text));
  return text === '-0' ? '0' : text;
};

const byName = ([a]: [string, JsonValue], [b]: [string, JsonValue]): number => (a < b ? -1 : a > b ? 1 : 0);

/** Trino's text of a value. Sorted, members come by name, each once: the last. */
export const writeJson = (value: JsonValue, sorted: boolean): string => {
  if (value.kind === 'string') return jsonString(value.value);
  if (value.kind === 'number') return numberText(value.text);
  if (value.kind === 'array') return `[${value.items.map((item) => writeJson(item, sorted)).join(',')}]`;
  if (value.kind !== 'object') return value.kind;
  const members = sorted ? [...new Map(value.members)].sort(byName) : value.members;
  return `{${members.map(([name, member]) => `${jsonString(name)}:${writeJson(member, sorted)}`).join(',')}}`;
};
