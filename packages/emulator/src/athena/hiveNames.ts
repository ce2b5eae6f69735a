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

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  '0': '\0',
  Z: '\u001a',
};

/** A string of Hive's without its quotes: `\t`, `\001`, `\u0001`, and any other character stands for itself. */
export const unquoted = (written: string): string =>
  /^'.*'$|^".*"$/s.test(written)
    ? written
        .slice(1, -1)
        .replaceAll(
          /\\(?:u([0-9a-fA-F]{4})|([01][0-7]{2})|(.))/gs,
          (_all, unicode: string | undefined, octal: string | undefined, c: string | undefined) =>
            unicode !== undefined
              ? String.fromCharCode(Number.parseInt(unicode, 16))
              : octal !== undefined
                ? String.fromCharCode(Number.parseInt(octal, 8))
                : (escapes[c ?? ''] ?? c ?? ''),
        )
    : written;

/** Where the string or quoted name that opens at `start` ends. Inside a string a backslash takes the next character along. */
const closing = (text: string, start: number): number => {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' && quote !== '`' ? 2 : 1;
  return at;
};

/** Cuts at commas that stand in no bracket and no string. */
export const splitList = (text: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (c === "'" || c === '"' || c === '`') i = closing(text, i);
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
  for (let i = open; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (c === "'" || c === '"' || c === '`') i = closing(text, i);
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
        /^('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\w.]+)\s*=\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\w.]+)$/s.exec(
          pair,
        ) ?? [];
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
