import { Cursor } from './cursor.ts';
import { parseFilter } from './filter.ts';
import { isDefinite, type Path, type Segment } from './path.ts';

// Jayway, which AWS uses, takes any character in a dotted name that is not part of the syntax.
const dottedName = /[^\s.[\](),'"*?@$]+/y;
const variableName = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const integer = /-?\d+/y;

/** A whole text as a path. Throws SyntaxError saying where it stops being one. */
export const parsePath = (text: string): Path => {
  const cursor = new Cursor(text);
  const path = readPath(cursor);
  if (!cursor.done) cursor.fail('this is not a JSONPath');
  return path;
};

/** The path that begins here: `$.a`, `$$.Execution.Name`, `$variable.a`. */
export const readPath = (cursor: Cursor): Path => {
  const start = cursor.at;
  cursor.expect('$');
  const root = cursor.take('$') ? '$$' : (cursor.match(variableName) ?? '$');
  const segments = parseSegments(cursor);
  return { text: cursor.text.slice(start, cursor.at), root, segments, definite: isDefinite(segments) };
};

const parseSegments = (cursor: Cursor): Segment[] => {
  const segments: Segment[] = [];
  for (;;) {
    const deep = cursor.take('..');
    if (cursor.peek() === '[') segments.push(parseBracket(cursor, deep));
    else if (deep || cursor.take('.')) segments.push(parseDotted(cursor, deep));
    else return segments;
  }
};

const parseDotted = (cursor: Cursor, deep: boolean): Segment => {
  if (cursor.take('*')) return { deep, kind: 'all' };
  const name = cursor.match(dottedName);
  if (name === undefined) return cursor.fail('expected a name');
  if (cursor.peek() === '(') cursor.fail(`the function '${name}' is not supported by this interpreter`);
  return { deep, kind: 'names', names: [name] };
};

const parseBracket = (cursor: Cursor, deep: boolean): Segment => {
  cursor.expect('[');
  cursor.skipSpace();
  const segment = parseSelector(cursor, deep);
  cursor.skipSpace();
  cursor.expect(']');
  return segment;
};

const parseSelector = (cursor: Cursor, deep: boolean): Segment => {
  if (cursor.take('*')) return { deep, kind: 'all' };
  if (cursor.take('?')) {
    cursor.skipSpace();
    cursor.expect('(');
    const test = parseFilter(cursor, parseSegments);
    cursor.skipSpace();
    cursor.expect(')');
    return { deep, kind: 'filter', test };
  }
  if (cursor.peek() === "'" || cursor.peek() === '"') {
    return { deep, kind: 'names', names: list(cursor, () => quotedName(cursor)) };
  }
  const first = cursor.match(integer);
  if (cursor.take(':')) return parseSlice(cursor, deep, first);
  if (first === undefined) return cursor.fail('expected a name in quotes, an index, a slice, * or a filter');
  const more = cursor.take(',')
    ? list(cursor, () => Number(cursor.match(integer) ?? cursor.fail('expected an index')))
    : [];
  return { deep, kind: 'indexes', indexes: [Number(first), ...more] };
};

/** In a name a backslash frees only itself and the quote around: AWS keeps `\\"` between single quotes as it is. */
const quotedName = (cursor: Cursor): string => {
  const quote = cursor.peek();
  return cursor
    .quoted()
    .replace(/\\([\\'"])/g, (whole, freed: string) => (freed === quote || freed === '\\' ? freed : whole));
};

const parseSlice = (cursor: Cursor, deep: boolean, first: string | undefined): Segment => {
  const to = cursor.match(integer);
  const step = cursor.take(':') ? Number(cursor.match(integer) ?? 1) : 1;
  if (step < 1) cursor.fail('the step of a slice must be positive');
  return { deep, kind: 'slice', from: optional(first), to: optional(to), step };
};

const optional = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);

const list = <T>(cursor: Cursor, read: () => T): T[] => {
  const items: T[] = [];
  do {
    cursor.skipSpace();
    items.push(read());
    cursor.skipSpace();
  } while (cursor.take(','));
  return items;
};
