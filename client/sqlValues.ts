/** Values of a result as JSON has them, made of Athena's text and its name of the column's type. */

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const NUMERIC = new Set(['tinyint', 'smallint', 'integer', 'bigint', 'real', 'float', 'double', 'decimal']);

/**
 * Numbers and booleans as such, every digit kept (also of a bigint that a JavaScript number cannot hold); NaN and
 * Infinity, which JSON does not know, as text. All else as text: times, JSON, and arrays, rows and maps, which Athena
 * writes in a form of its own.
 */
export const jsonValue = (type: string, text: string | null): unknown => {
  if (text === null) return null;
  if (type === 'boolean') return text === 'true';
  return NUMERIC.has(type) && JSON_NUMBER.test(text) ? JSON.rawJSON(text) : text;
};
