/** A number in quotes as the number, with all its digits: columns of numbers take no text. */
export const numberOf = (value: unknown): unknown => {
  if (typeof value !== 'string' || !/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value)) return value;
  return String(Number(value)) === value ? Number(value) : JSON.rawJSON(value);
};
