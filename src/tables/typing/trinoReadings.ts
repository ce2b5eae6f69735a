import type { Names } from '../../events/columnType.ts';
import { literal } from './duckdbValues.ts';
import { MARK } from './trinoValues.ts';

/**
 * How Trino's SQL reads members of a JSON text. Its functions would write `1.50` as 1.5, and say neither whether a
 * scalar was a string. So each number, `true` and `false` of the text first becomes a string that begins with a mark:
 * after that one call gives a scalar's type, and the digits that were sent.
 */

/** `['a', 'b c']` → `$.a["b c"]`. A name has no control character, and so no mark (compiler/events/source.ts). */
const pathOf = (names: Names): string =>
  `$${names
    .map((name) =>
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `["${name.replaceAll(/["\\]/g, '\\$&')}"]`,
    )
    .join('')}`;

/**
 * The text with marks. Backslashes and quotes in strings become \u005c and \u0022, which say the same: then a string
 * ends at the next quote, and \u0001 is what it says. One of the text's own is doubled. `text` must end with a number.
 */
export const marked = (text: string): string =>
  `regexp_replace(replace(replace(replace(${text},'\\\\','\\u005c'),'\\"','\\u0022'),'\\u0001','\\u0001\\u0001'),'((?:"[^"]*"|[^"0-9tf-])*)(-?[0-9][0-9.eE+-]*|true|false)','$1"\\\\u0001$2"')`;

/** JSON's text of a member of a marked text; NULL where it is not there, or null. */
const jsonAt = (json: string, path: Names): string =>
  `nullif(json_format(json_extract(${json},${literal(pathOf(path))})),'null')`;

/** To Trino a name of digits is a place in an array too. */
const isPlace = (name: string | undefined): boolean => name !== undefined && /^\d+$/.test(name);

const onlyOfObjects = (json: string, path: Names, read: string): string => {
  const arrays = path.flatMap((name, at) => (at > 0 && isPlace(name) ? [path.slice(0, at)] : []));
  if (arrays.length === 0) return read;
  return `if(${arrays.map((above) => `starts_with(${jsonAt(json, above)},'{')`).join(' AND ')},${read})`;
};

const first = (reads: readonly string[]): string =>
  reads.length === 1 ? (reads[0] ?? '') : `coalesce(${reads.join(',')})`;

/** The JSON text, still marked, of the first of these members that is there. */
export const jsonReading = (json: string, paths: readonly Names[]): string =>
  first(paths.map((path) => onlyOfObjects(json, path, jsonAt(json, path))));

const scalarAt = (json: string, path: Names): string =>
  `coalesce(json_extract_scalar(${json},${literal(pathOf(path))}),${MARK}||${jsonAt(json, path)})`;

/** The reading (trinoValues.ts) of the first of these members that is there. */
export const reading = (json: string, paths: readonly Names[]): string =>
  first(paths.map((path) => onlyOfObjects(json, path, scalarAt(json, path))));

/** The reading of a JSON value itself. */
export const ownReading = (json: string): string => scalarAt(json, []);

/**
 * Trino writes characters beyond the basic plane as two escapes. As the text of a string, in which all other
 * backslashes and the quotes are escaped once more, they become what they are.
 */
const withPlainCharacters = (json: string): string =>
  `json_extract_scalar('"'||replace(replace(replace(replace(replace(${json},'\\\\',chr(2)),'\\','\\\\'),'"','\\"'),'\\\\uD','\\uD'),chr(2),'\\\\\\\\')||'"','$')`;

/** The JSON texts that an array of marked ones stands for. */
export const unmarked = (texts: string): string =>
  `transform(${texts},j->replace(regexp_replace(if(strpos(j,'\\uD')>0,${withPlainCharacters('j')},j),'"\\\\u0001([-0-9tf][0-9a-zE.+-]*)"','$1'),'\\u0001\\u0001','\\u0001'))`;
