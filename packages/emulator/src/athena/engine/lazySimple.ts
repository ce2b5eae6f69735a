import type { TrinoType } from 'headrace-trino';
import { type TextValue, textScalar } from './textValues.ts';

export interface LazySimpleOptions {
  /** by depth: of fields, of collections, of a map's keys, and so on */
  separators: readonly string[];
  escapeChar: string | undefined;
  nullText: string;
  lastTakesRest: boolean;
}

/** `text` cut at a separator; an escaped character is none. At most `most` parts: the last takes the rest. */
const cut = (text: string, separator: string, escapeChar: string | undefined, most?: number): string[] => {
  if (escapeChar === undefined && most === undefined) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === escapeChar) at += 1;
    else if (text[at] === separator) {
      if (most !== undefined && parts.length >= most - 1) break;
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
};

const unescaped = (text: string, escapeChar: string | undefined): string => {
  if (escapeChar === undefined || !text.includes(escapeChar)) return text;
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === escapeChar && at + 1 < text.length) at += 1;
    plain += text[at];
  }
  return plain;
};

/** The columns of a line: those that it lacks are undefined, those it has too many are nobody's. */
export const lazyFields = (line: string, columns: number, options: LazySimpleOptions): string[] =>
  cut(
    line,
    options.separators[0] ?? '\u0001',
    options.escapeChar,
    options.lastTakesRest ? columns : undefined,
  );

const separatorAt = ({ separators }: LazySimpleOptions, depth: number): string =>
  separators[depth] ?? String.fromCharCode(depth + 1);

/** A field as its type; what cannot be read is null. Arrays, maps and rows use the separators from `depth` on. */
export const lazyValue = (
  text: string,
  type: TrinoType,
  options: LazySimpleOptions,
  depth = 1,
): TextValue => {
  if (text === options.nullText) return null;
  const inner = (part: string | undefined, of: TrinoType | undefined, below: number): TextValue =>
    part === undefined || of === undefined ? null : lazyValue(part, of, options, below);
  const parts = (): string[] => cut(text, separatorAt(options, depth), options.escapeChar);
  if (type.name === 'array')
    return text === '' ? [] : parts().map((part) => inner(part, type.args?.[0], depth + 1));
  if (type.name === 'map') {
    const entries = text === '' ? [] : parts();
    const pairs = entries.map((entry) => {
      const [key, value] = cut(entry, separatorAt(options, depth + 1), options.escapeChar, 2);
      return [inner(key, type.args?.[0], depth + 2), inner(value, type.args?.[1], depth + 2)] as const;
    });
    const kept = new Map<string, TextValue>();
    // The first of two equal keys stays.
    for (const [key, value] of pairs) if (typeof key === 'string' && !kept.has(key)) kept.set(key, value);
    return kept;
  }
  if (type.fields) {
    const values = parts();
    return Object.fromEntries(
      type.fields.map((field, i) => [field.name ?? `_col${i}`, inner(values[i], field.type, depth + 1)]),
    );
  }
  return textScalar(unescaped(text, options.escapeChar), type);
};
