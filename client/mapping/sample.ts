import { didYouMean } from '../../compiler/faults.ts';
import { isObject, type JsonObject, parseJson } from '../../src/json/parse.ts';
import { CliError } from '../failure.ts';
import { counted } from '../format.ts';
import type { Item } from '../input/item.ts';
import { fieldOf } from './fields.ts';
import { type Mapping, namedFields } from './mapping.ts';

/** Fields a message lists. */
const LISTED = 30;

interface Lacking {
  by: string;
  field: string;
  /** events of the sample without it, or with null or an empty text */
  lacking: number;
}

export interface Sample {
  events: number;
  lacking: Lacking[];
  /** names of fields, those of nested objects as paths, the most frequent first */
  fields: string[];
}

const namesOf = (fields: JsonObject): string[] =>
  Object.entries(fields).flatMap(([name, value]) =>
    isObject(value) ? [name, ...Object.keys(value).map((below) => `${name}.${below}`)] : [name],
  );

export const sampleOf = (items: readonly Item[], mapping: Mapping): Sample => {
  const objects = items.flatMap(({ text, flaw }) => {
    const value = flaw === undefined ? parseJson(text)?.value : undefined;
    return isObject(value) ? [{ text, value }] : [];
  });
  const seen = new Map<string, number>();
  for (const { value } of objects)
    for (const name of namesOf(value)) seen.set(name, (seen.get(name) ?? 0) + 1);
  return {
    events: objects.length,
    lacking: namedFields(mapping).map(({ by, field }) => ({
      by,
      field,
      lacking: objects.filter(({ text, value }) => fieldOf(text, value, field) === undefined).length,
    })),
    fields: [...seen].sort(([, a], [, b]) => b - a).map(([name]) => name),
  };
};

/** A longer name that begins like it is meant before one with a slip of the finger. */
const meant = (field: string, names: readonly string[]): string => {
  const longer = names.find((name) => name.toLowerCase().startsWith(field.toLowerCase()));
  return longer === undefined ? didYouMean(field, names) : ` Did you mean "${longer}"?`;
};

/** The others may be missing everywhere: ids of persons, properties, a name that `as` stands in for. */
const isNeeded = (by: string, { as }: Mapping): boolean =>
  by === 'id' || by === 'time' || (by === 'name' && as === undefined);

/** Throws CliError where a field that the mapping needs is in none of the events: nobody means that. */
export const assertFieldsExist = (
  { events, lacking, fields }: Sample,
  mapping: Mapping,
  files: readonly { name: string }[],
): void => {
  const missing =
    events === 0 ? undefined : lacking.find((one) => one.lacking === events && isNeeded(one.by, mapping));
  if (missing === undefined) return;
  const place = files.length === 1 ? files[0]?.name : counted(files.length, 'file');
  const more = fields.length > LISTED ? ` … and ${fields.length - LISTED} more` : '';
  throw new CliError(
    `None of the first ${counted(events, 'event')} of ${place} has the field "${missing.field}" (${missing.by}).${meant(missing.field, fields)}`,
    `The fields there are: ${fields.slice(0, LISTED).join(', ')}${more}. Nothing of ${place} was taken.`,
  );
};

/** Looks at the first events that an input gives, then gives all of them. No more is waited for than what is there. */
export const sampled = async (
  batches: AsyncIterable<Item[]>,
): Promise<{ sample: Item[]; all: AsyncGenerator<Item[]> }> => {
  const iterator = batches[Symbol.asyncIterator]();
  let first = await iterator.next();
  while (!first.done && first.value.length === 0) first = await iterator.next();
  const all = async function* () {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  };
  return { sample: first.done ? [] : first.value, all: all() };
};
