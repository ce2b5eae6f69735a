import { remembered } from '../remembered.ts';
import { refuse } from '../userFunctions/function.ts';
import { type JsonValue, NotJson, readJson } from './reader.ts';

/** A path of SQL/JSON: `lax $.a[0]`. */
interface Path {
  strict: boolean;
  steps: readonly (string | number)[];
}

/** What a path meets that its mode does not forgive, or text that is not JSON. */
class PathFailed extends Error {}

const ANY_ITEM = -1;
const step = /\s*(?:\.\s*([A-Za-z_][\w$]*)|\.\s*"((?:[^"\\]|\\.)*)"|\[\s*(\d+|\*)\s*\])/y;

const pathOf = remembered((written: string): Path => {
  const [, mode = '', rest = ''] = /^(lax|strict)\s+\$(.*)$/is.exec(written) ?? [];
  const steps: (string | number)[] = [];
  step.lastIndex = 0;
  while (mode && step.lastIndex < rest.trimEnd().length) {
    const found = step.exec(rest);
    if (!found || /^\s*\(/.test(rest.slice(step.lastIndex))) break;
    steps.push(
      found[1] ?? found[2]?.replaceAll(/\\(.)/g, '$1') ?? (found[3] === '*' ? ANY_ITEM : Number(found[3])),
    );
  }
  if (!mode || step.lastIndex < rest.trimEnd().length)
    return refuse(`NOT_SUPPORTED: the JSON path ${written} is not supported`);
  return { strict: mode.toLowerCase() === 'strict', steps };
});

const failed = (): never => {
  throw new PathFailed();
};

const member = (value: JsonValue, name: string, strict: boolean): JsonValue[] => {
  if (value.kind === 'array' && !strict)
    return value.items.flatMap((item) => (item.kind === 'array' ? [] : member(item, name, strict)));
  if (value.kind !== 'object') return strict ? failed() : [];
  const found = value.members.filter(([each]) => each === name).map(([, inner]) => inner);
  return found.length === 0 && strict ? failed() : found;
};

const item = (value: JsonValue, place: number, strict: boolean): JsonValue[] => {
  if (value.kind !== 'array' && strict) return failed();
  const items = value.kind === 'array' ? value.items : [value];
  if (place === ANY_ITEM) return items;
  const found = items[place];
  if (found) return [found];
  return strict ? failed() : [];
};

/** The values a path names; undefined for an error, which ON ERROR is for. */
export const valuesAt = (text: string, written: string): JsonValue[] | undefined => {
  const { strict, steps } = pathOf(written);
  try {
    return steps.reduce<JsonValue[]>(
      (values, each) =>
        values.flatMap((value) =>
          typeof each === 'string' ? member(value, each, strict) : item(value, each, strict),
        ),
      [readJson(text)],
    );
  } catch (error) {
    if (error instanceof PathFailed || error instanceof NotJson) return undefined;
    throw error;
  }
};
