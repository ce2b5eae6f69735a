import { TrinoError } from 'headrace-trino';
import type { Session } from './session.ts';
import { placeOf } from './tables.ts';

/** A name of Hive's statements: `db`.`table`, "db"."table" or plain. For use inside a larger pattern. */
export const NAME = '((?:`[^`]+`|"[^"]+"|[\\w-]+)(?:\\s*\\.\\s*(?:`[^`]+`|"[^"]+"|[\\w-]+)){0,2})';

export const partsOf = (written: string): string[] =>
  [...written.matchAll(/`([^`]+)`|"([^"]+)"|([\w-]+)/g)].map((found) =>
    (found[1] ?? found[2] ?? found[3] ?? '').toLowerCase(),
  );

export const placeIn = (written: string, session: Session): { database: string; name: string } =>
  placeOf(partsOf(written), session.database);

export const unquoted = (written: string): string =>
  /^'.*'$|^".*"$/s.test(written)
    ? written.slice(1, -1).replaceAll("\\'", "'").replaceAll('\\"', '"')
    : written;

/** Cuts at commas that stand in no bracket and no string. */
export const splitList = (text: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (quote) quote = c === quote && text[i - 1] !== '\\' ? '' : quote;
    else if (c === "'" || c === '"' || c === '`') quote = c;
    else if (c === '(' || c === '<') depth += 1;
    else if (c === ')' || c === '>') depth -= 1;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...parts, text.slice(start).trim()].filter(Boolean);
};

/** What stands in the bracket that opens at `open`, and where it ends. */
export const bracketed = (text: string, open: number): { inside: string; end: number } => {
  let depth = 0;
  let quote = '';
  for (let i = open; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (quote) quote = c === quote && text[i - 1] !== '\\' ? '' : quote;
    else if (c === "'" || c === '"' || c === '`') quote = c;
    else if (c === '(') depth += 1;
    else if (c === ')') {
      depth -= 1;
      if (depth === 0) return { inside: text.slice(open + 1, i), end: i + 1 };
    }
  }
  throw new TrinoError('SYNTAX_ERROR', "missing ')'", { line: 1, column: open + 1 });
};

/** `'key' = 'value', …` of TBLPROPERTIES and SERDEPROPERTIES. */
export const keyValues = (text: string): Record<string, string> =>
  Object.fromEntries(
    splitList(text).map((pair) => {
      const [, key = '', value = ''] =
        /^('(?:[^'\\]|\\.)*'|"[^"]*"|[\w.]+)\s*=\s*('(?:[^'\\]|\\.)*'|"[^"]*"|[\w.]+)$/s.exec(pair) ?? [];
      if (!key)
        throw new TrinoError(
          'SYNTAX_ERROR',
          `mismatched input '${pair.slice(0, 30)}'. Expecting: 'key'='value'`,
          { line: 1, column: 1 },
        );
      return [unquoted(key), unquoted(value)];
    }),
  );

/** `dt='2026-11-01', hr=5` of a PARTITION clause. */
export const partitionSpec = (text: string): Record<string, string> =>
  Object.fromEntries(
    splitList(text).map((pair) => {
      const at = pair.indexOf('=');
      const name = partsOf(pair.slice(0, at))[0] ?? '';
      return [name, unquoted(pair.slice(at + 1).trim())];
    }),
  );
