import { replaceNames } from '../src/sqlText.ts';
import { CliError } from './failure.ts';

/**
 * Named parameters of a statement: `WHERE dt = :day` with `day=2026-11-01`. Athena itself knows question marks only, so
 * each name becomes one, and its value a literal in the order of the question marks. A value given several times is a
 * list: `dt IN (:day)`.
 */

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const QUOTED = /^'(?:[^']|'')*'$/;
const WORD = /^(?:true|false|null)$/i;

/** `5` is a number, `true` and `null` are what SQL calls so, all else is text; `'5'` in quotes of its own is text too. */
export const literalOf = (value: string): string =>
  NUMBER.test(value) || QUOTED.test(value) || WORD.test(value) ? value : `'${value.replaceAll("'", "''")}'`;

/** `['day=2026-11-01', 'n=5']` → by name. Throws CliError for what has no name. */
export const readParameters = (given: readonly string[]): Map<string, string[]> => {
  const values = new Map<string, string[]>();
  for (const one of given) {
    const [, name, value] = /^:?([A-Za-z_]\w*)=(.*)$/s.exec(one) ?? [];
    if (name === undefined || value === undefined)
      throw new CliError(
        `--param: "${one}" is not NAME=VALUE.`,
        'For :day in the SQL: --param day=2026-11-01',
      );
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
};

/** The statement with question marks, and their literals. Throws CliError when names and values do not match. */
export const bindParameters = (
  sql: string,
  values: ReadonlyMap<string, readonly string[]>,
): { sql: string; parameters: string[] } => {
  const parameters: string[] = [];
  const used = new Set<string>();
  const missing = new Set<string>();
  const bound = replaceNames(sql, (name) => {
    const given = values.get(name);
    used.add(name);
    if (given === undefined) missing.add(name);
    parameters.push(...(given ?? []).map(literalOf));
    return (given ?? []).map(() => '?').join(', ');
  });
  refuse(
    [...missing],
    [...values.keys()].filter((name) => !used.has(name)),
    [...used],
  );
  return { sql: bound, parameters };
};

const refuse = (missing: readonly string[], unused: readonly string[], used: readonly string[]): void => {
  if (missing.length > 0)
    throw new CliError(
      `The SQL has ${missing.map((name) => `:${name}`).join(', ')}, and no value was given for it.`,
      missing.map((name) => `--param ${name}=VALUE`).join(' '),
    );
  if (unused.length > 0)
    throw new CliError(
      `--param ${unused.join(', ')}: the SQL has no :${unused.join(', :')}.`,
      used.length > 0 ? `It has :${used.join(', :')}.` : 'It has no parameters.',
    );
};
