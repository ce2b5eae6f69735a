import fc from 'fast-check';

/** A number as it stands in a text. */
export class Num {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON value whose numbers are texts, so that what JavaScript would round can be sent and compared. */
export type Tree = null | boolean | string | Num | Tree[] | Map<string, Tree>;

const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,24})$/);
const fraction = fc.stringMatching(/^(\.[0-9]{1,20})?$/);
const exponent = fc.stringMatching(/^([eE][+-]?[0-9]{1,3})?$/);

/** Every form a number may have in JSON, most of them beyond what a double holds. */
export const numberText = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    '9007199254740993',
    '-9223372036854775808',
    '18446744073709551615',
    '1e400',
    '-0',
    '5e-324',
  ),
  fc.tuple(fc.constantFrom('', '-'), digits, fraction, exponent).map((parts) => parts.join('')),
);

/**
 * Names that mean something to the collector, to JavaScript or to a parser, among any others. None with a backslash: V8 13.6
 * (Node 24) reads an escaped key as the key with a backslash that stood in its place in an earlier object
 * (`{"a":1,"\\":1}`, then `{"a":1,"\"":1}`), here as well as in what is tested.
 */
export const memberName = fc
  .oneof(
    { weight: 3, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        'toJSON',
        'rawJSON',
        '_outer',
        '__outer',
        'events',
        'batch',
        'refused',
        'properties',
        'context',
        '"',
        '',
      ),
    },
  )
  .filter((name) => !name.includes('\\'));

/** `string` of any Unicode, without lone surrogates; those are rejected for a reason of their own. */
export const wellFormed = fc.string({ maxLength: 12, unit: 'binary' });

const members = <Value>(value: fc.Arbitrary<Value>, maxLength: number): fc.Arbitrary<Map<string, Value>> =>
  fc.array(fc.tuple(memberName, value), { maxLength }).map((entries) => new Map(entries));

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      wellFormed,
      numberText.map((text) => new Num(text)),
    ),
    fc.array(tie('tree'), { maxLength: 4 }),
    members(tie('tree'), 4),
  ),
}));

export const anyTree: fc.Arbitrary<Tree> = tree;
export const objectTree: fc.Arbitrary<Map<string, Tree>> = members(tree, 5);

/** The text of a tree, as a sender might write it. */
export const textOf = (value: Tree, space = ''): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${space}${value.map((child) => textOf(child, space)).join(`,${space}`)}]`;
  if (value instanceof Num) return value.text;
  const entries = [...value].map(
    ([name, child]) => `${JSON.stringify(name)}${space}:${textOf(child, space)}`,
  );
  return `{${entries.join(`,${space}`)}${space}}`;
};

/** A value with its numbers by their text and its members by name, to be compared with `toEqual`. */
export const exactOf = (value: Tree): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(exactOf);
  if (value instanceof Num) return { number: value.text };
  return { members: new Map([...value].map(([name, child]) => [name, exactOf(child)])) };
};

/** Reads JSON into a tree, each number as the text it stood there. What the reviver makes is a Tree, which no type tells. */
export const treeOf = (text: string): Tree =>
  JSON.parse(text, (_name, value: unknown, { source }: { source?: string }) => {
    if (typeof value === 'number') return new Num(source ?? String(value));
    const done = typeof value !== 'object' || value === null || Array.isArray(value);
    return done || value instanceof Num || value instanceof Map ? value : new Map(Object.entries(value));
  }) as Tree;

/** The member of a tree that must be an object. */
export const membersOf = (value: Tree | undefined): Map<string, Tree> => {
  if (value instanceof Map) return value;
  throw new Error(`no object: ${String(value)}`);
};
