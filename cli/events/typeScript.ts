import { sentence } from '../../client/format.ts';
import { typeText } from '../../compiler/events/columnType.ts';
import type { CompiledEvents } from '../../compiler/events/compile.ts';
import { sourceText } from '../../compiler/events/source.ts';
import { pascal } from '../../compiler/queries/pascal.ts';
import type { ColumnType, Names, ScalarType } from '../../src/events/columnType.ts';
import type { CatalogColumn, EventType } from '../../src/events/eventType.ts';

/**
 * TypeScript types for whoever sends events: what may stand in `properties` and `context` of each event type, by the
 * places that its columns are read from. The first place of a column is the member; the others are told beside it.
 */

/** An object of which members are known, or what one of them is. */
interface Shape {
  doc: string[];
  type?: string;
  members: Map<string, Shape>;
}

const empty = (): Shape => ({ doc: [], members: new Map() });

const memberAt = (shape: Shape, [name, ...below]: Names): Shape => {
  if (name === undefined) return shape;
  const next = shape.members.get(name) ?? empty();
  shape.members.set(name, next);
  return memberAt(next, below);
};

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  bigint: 'number',
  double: 'number',
  boolean: 'boolean',
  timestamp: 'string | number',
  date: 'string',
  json: 'unknown',
};

const scalar = (type: ScalarType): string => scalars[type] ?? 'number'; // a decimal

const notes: Readonly<Record<string, string>> = {
  bigint: 'A whole number.',
  timestamp: 'ISO 8601, or a number since 1970.',
  date: 'A day, as 2026-11-01.',
};

const noteOf = (type: ColumnType): string[] => {
  const note = typeof type === 'string' ? notes[type] : undefined;
  if (typeof type === 'string' && type.startsWith('decimal'))
    return [`${typeText(type)}: by its digits, never rounded.`];
  return note === undefined ? [] : [note];
};

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);

const docOf = (lines: readonly string[], indent: string): string => {
  const safe = lines.map((line) => line.replaceAll('*/', '*\\/'));
  if (safe.length === 0) return '';
  return safe.length === 1
    ? `${indent}/** ${safe[0]} */\n`
    : `${indent}/**\n${safe.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
};

const OTHERS = '[other: string]: unknown;';

const bodyOf = ({ members }: Shape, indent: string): string => {
  const inner = `${indent}  `;
  const lines = [...members].map(([name, shape]) => {
    const key = isIdentifier(name) ? name : JSON.stringify(name);
    return `${docOf(shape.doc, inner)}${inner}${key}?: ${typeOf(shape, inner)};\n`;
  });
  return `{\n${lines.join('')}${inner}${OTHERS}\n${indent}}`;
};

/** A place with places below it is an object, unless a column that is not JSON reads it whole. */
const typeOf = (shape: Shape, indent: string): string => {
  const { type, members } = shape;
  if (type !== undefined && (members.size === 0 || type !== 'unknown'))
    return type === 'unknown' ? type : `${type} | null`;
  return `${bodyOf(shape, indent)} | null`;
};

const arrayOf = (type: Exclude<ColumnType, string>, indent: string): string => {
  const { arrayOf: element } = type;
  if (typeof element === 'string') {
    const of = scalar(element);
    return `readonly (${of === 'unknown' ? of : `${of} | null`})[]`;
  }
  const shape = empty();
  for (const field of element) {
    const place = memberAt(shape, field.from[0] ?? [field.name]);
    place.type ??= scalar(field.type);
    place.doc.push(
      ...(field.comment === undefined ? [] : [sentence(field.comment)]),
      ...noteOf(field.type),
      ...others(field.from.slice(1).map((path) => path.join('.'))),
    );
  }
  return `readonly ${bodyOf(shape, indent)}[]`;
};

const others = (places: readonly string[]): string[] =>
  places.length === 0 ? [] : [`Also read from: ${places.map((place) => `\`${place}\``).join(', ')}.`];

const shapeOf = (type: EventType, columns: readonly CatalogColumn[]): Shape => {
  const root = empty();
  for (const column of columns) {
    const [first, ...rest] = Object.hasOwn(type.columns, column.name)
      ? (type.columns[column.name] ?? [])
      : [];
    if (first === undefined) continue;
    const place = memberAt(root, [first.in, ...first.path]);
    // Two columns may read one place; then the first says what stands there.
    place.type ??=
      typeof column.type === 'string'
        ? scalar(column.type)
        : arrayOf(column.type, '  '.repeat(first.path.length));
    place.doc.push(sentence(column.comment), ...noteOf(column.type), ...others(rest.map(sourceText)));
  }
  return root;
};

/** `HeadraceEvent` is the union: an event type that is called `headrace` has another name. */
const nameOf = ({ view }: EventType): string => (pascal(view) === 'Headrace' ? 'Headrace_' : pascal(view));

const EVENT = `/** An event as \`POST /v1/events\` takes it. */
interface Envelope<Name extends string, Properties, Context> {
  event_name: Name;
  /** Your id of the event, unique within your source. Without it, an event that is sent twice counts twice. */
  event_id?: string | number | null;
  /** When it happened: ISO 8601, or a number since 1970. Without it: when it was received. */
  event_time?: string | number | null;
  /** The sender's clock when it sent; event_time is moved by its error. */
  sent_at?: string | number | null;
  user_id?: string | number | null;
  anonymous_id?: string | number | null;
  session_id?: string | number | null;
  context?: Context | null;
  properties?: Properties | null;
}

/** Anything: no column reads it. */
interface Anything {
  ${OTHERS}
}
`;

const partOf = (type: EventType, columns: readonly CatalogColumn[]): string => {
  const shape = shapeOf(type, columns);
  const name = nameOf(type);
  const parts = (['properties', 'context'] as const).map((place) => {
    const found = shape.members.get(place);
    const title = `${name}${place === 'properties' ? 'Properties' : 'Context'}`;
    if (found === undefined) return { title: 'Anything', text: '' };
    return {
      title,
      text: `${docOf([`The ${place} of ${type.name} that fill columns.`], '')}export interface ${title} ${bodyOf(found, '')}\n\n`,
    };
  });
  const [properties, context] = parts.map(({ title }) => title);
  const event = `export type ${name}Event = Envelope<${JSON.stringify(type.name)}, ${properties}, ${context}>;\n`;
  return `${parts.map(({ text }) => text).join('')}${docOf([sentence(type.comment)], '')}${event}`;
};

/** One module that has all of it. */
export const typeScriptOf = ({
  eventTypes,
  columns,
}: Pick<CompiledEvents, 'eventTypes' | 'columns'>): string =>
  [
    '// Made of the files of events/ by `npx headrace events types`. Change those, not this file.\n',
    EVENT,
    ...eventTypes.map((type) => partOf(type, columns)),
    `/** An event of any known type. */\nexport type HeadraceEvent =\n${eventTypes.map((type) => `  | ${nameOf(type)}Event`).join('\n')};\n`,
  ].join('\n');
