import { remembered } from '../remembered.ts';
import { refuse } from '../userFunctions/function.ts';
import { JsonReader, type JsonValue, NotJson } from './reader.ts';

const step = /\.([\p{L}\p{Nd}_:$]+)|\[([\p{L}\p{Nd}_]+)\]|\["((?:[^"\\]|\\["\\])*)"\]/uy;

/** The names and places that a path of json_extract() goes through. Refuses a path that Trino does not take. */
export const pathSteps = remembered((path: string): readonly string[] => {
  if (!path.startsWith('$')) return invalid(path);
  const steps: string[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (!found) return invalid(path);
    steps.push(found[1] ?? found[2] ?? (found[3] ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return steps;
});

const invalid = (path: string): never => refuse(`INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '${path}'`);

/** Goes to the value of `name` in what comes next; false when there is none. */
const goTo = (reader: JsonReader, name: string): boolean => {
  const first = reader.peek();
  if (first !== '{' && first !== '[') return false;
  const place = /^\d+$/.test(name) ? Number(name) : -1;
  for (const member of reader.members(first === '{' ? '}' : ']')) {
    if (member === (first === '{' ? name : place)) return true;
    reader.skip();
  }
  return false;
};

/** What a path names: read from left to right, and no further; undefined for nothing there, and for what is no JSON. */
export const found = (text: string, path: string): JsonValue | undefined => {
  const steps = pathSteps(path);
  try {
    const reader = new JsonReader(text);
    return steps.every((name) => goTo(reader, name)) ? reader.value() : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
};
