import { count, counted } from '../../../client/format.ts';
import { typeText } from '../../../compiler/events/columnType.ts';
import { snakeCase } from '../../../compiler/events/names.ts';
import { namesText, sourceText } from '../../../compiler/events/source.ts';
import type { ColumnType, StructField } from '../../../src/events/columnType.ts';
import { kindsOf } from './observe.ts';
import type { Proposal, ProposedColumn } from './propose.ts';

/** A text on one line: what anybody sent must not end a comment. */
const oneLine = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * Between single quotes YAML has no escapes, and folds a line break: what needs them is a text of JSON, which YAML
 * reads.
 */
const quoted = (text: string): string =>
  oneLine(text) === text ? `'${text.replaceAll("'", "''")}'` : oneLine(JSON.stringify(text));

/** Without quotes where YAML reads it as this text. */
const scalar = (text: string): string =>
  /^[A-Za-z][A-Za-z0-9_.]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : quoted(text);

/** Glue takes 255 bytes; what is longer is a path that says enough by its beginning. */
const LONGEST_DESCRIPTION = 60;

const described = (text: string, what = 'what it holds'): string =>
  quoted(
    `${Array.from(text.replaceAll('${', '$ {')).slice(0, LONGEST_DESCRIPTION).join('')}: say here ${what}`,
  );

const share = (n: number, of: number): string => {
  const percent = (100 * n) / Math.max(1, of);
  return percent === 100 || percent === 0 ? `${percent}%` : `${percent.toFixed(1)}%`;
};

/** Names of what nobody wants to read in a file of a repository, although no rule protects it. */
const delicate =
  /pass(?:word|wd|phrase|port)|secret|token|credential|iban|(?:^|_)card(?:_|$)|card_?(?:no|number)|(?:^|_)(?:ssn|pin|cvc|cvv)(?:_|$)|(?:full|customer|user|nick|display|recipient|contact|person|holder)_?name|recipient|(?:^|_)(?:lat|lng|lon|latitude|longitude|street|zip|postcode|postal_code)(?:_|$)/;

const isDelicate = ({ source }: ProposedColumn): boolean =>
  source.path.some((name) => delicate.test(snakeCase(name)));

const examplesOf = (column: ProposedColumn): string => {
  const { observed, personal } = column;
  if (isDelicate(column)) return ' By its name delicate: no examples. Is it personal data (pii)?';
  if (personal) return ' Personal data: no examples.';
  const { strings, numbers } = observed;
  const shown = [...[...strings.examples].map((text) => JSON.stringify(text)), ...numbers.examples];
  return shown.length === 0 ? '' : ` Such as ${shown.join(', ')}.`;
};

const isMixed = ({ observed, type }: ProposedColumn): boolean =>
  type === 'json' && kindsOf(observed).length > 1;

const isMap = ({ observed, type }: ProposedColumn): boolean => type === 'json' && observed.objects > 0;

const remark = (column: ProposedColumn): string => {
  const { type } = column;
  if (isMixed(column))
    return ' Mixed, so it is kept as JSON: if one kind is a mistake, write the type of the other.';
  if (isMap(column)) return ' Kept as JSON.';
  if (typeof type === 'string' && type.startsWith('decimal'))
    return ' By its name money; otherwise write double.';
  return type === undefined ? ' Type and description stand in another file.' : '';
};

const commentOf = (column: ProposedColumn, events: number): string => {
  const { observed, source } = column;
  const kinds = kindsOf(observed).map(([kind, n]) => `${kind} in ${count(n)} (${share(n, events)})`);
  const nulls = observed.nulls === 0 ? [] : [`null in ${count(observed.nulls)}`];
  return oneLine(
    `${sourceText(source)}: ${[...kinds, ...nulls].join(', ')}.${examplesOf(column)}${remark(column)}`,
  );
};

const fieldText = ({ name, type, from }: StructField): string => {
  const path = namesText(from[0] ?? [name]);
  const written = type.includes(',') ? `'${type}'` : type;
  return `      ${name}: { type: ${written}${path === name ? '' : `, from: ${quoted(path)}`} }`;
};

const isStruct = (type: ColumnType | undefined): type is { arrayOf: readonly StructField[] } =>
  typeof type === 'object' && typeof type.arrayOf === 'object';

const typeLine = (type: ColumnType): string =>
  `    type: ${isStruct(type) ? 'array<struct>' : typeText(type)}`;

const columnText = (column: ProposedColumn, events: number): string[] => {
  const { name, source, type, pii } = column;
  const place = sourceText(source);
  const from = place === name ? [] : [`    from: ${scalar(place)}`];
  const comment = `  # ${commentOf(column, events)}`;
  const lines = [
    ...(type === undefined ? [] : [typeLine(type), `    description: ${described(place)}`]),
    ...from,
    ...(pii === undefined ? [] : [`    pii: ${pii}`]),
    ...(isStruct(type) ? ['    fields:', ...type.arrayOf.map(fieldText)] : []),
  ];
  return [comment, `  ${name}:`, ...lines];
};

export interface About {
  name: string;
  view: string;
  events: number;
  /** where they are from */
  of: string;
}

/** The file of an event type, to be read and edited by a person. */
export const fileText = ({ columns, pii, left }: Proposal, { name, view, events, of }: About): string => {
  const personal = pii.map(({ source, protection }) => `  ${scalar(sourceText(source))}: ${protection}`);
  const lines = [
    `# Proposed by headrace events infer, out of ${counted(events, 'event')} ${oneLine(of)}.`,
    '# Say what each column holds, and delete what nobody will ask for: properties and context keep everything.',
    '# Then: npx headrace events check',
    `description: ${described(`Events ${name}`, 'what happened')}`,
    ...(name === view ? [] : [`name: ${quoted(name)}`]),
    ...(columns.length === 0 ? ['# There is nothing that could be a column.'] : ['columns:']),
    ...columns.flatMap((column) => columnText(column, events)),
    ...(personal.length === 0 ? [] : ['pii:', ...personal]),
    ...left.map(({ place, why }) => oneLine(`# Left out: ${place}: ${why}.`).replace(/\.\.$/, '.')),
  ];
  return `${lines.join('\n')}\n`;
};
