export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Bytes a state's input, output or task result may have: AWS's quota for Standard workflows. */
export const payloadLimit = 262_144;

/** A JSON value with its text: a state's output is the next one's input, so it is written once for both events. */
export interface Payload {
  readonly value: Json;
  readonly text: string;
}

export const payload = (value: Json): Payload => ({ value, text: JSON.stringify(value) });

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a JSON text has more than `payloadLimit` bytes of UTF-8. */
export const tooLarge = (text: string): boolean => {
  // A UTF-16 unit is at most 3 bytes of UTF-8, so most texts need not be measured.
  return text.length * 3 > payloadLimit && Buffer.byteLength(text) > payloadLimit;
};

/** Text that is the same for equal values whatever the order of their keys. */
export const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  return `{${fields.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`;
};

export const equal = (left: Json, right: Json): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  return canonical(left) === canonical(right);
};

/** JSON from outside, or undefined for a text that is not JSON. */
export const parseJson = (text: string): Json | undefined => {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};
