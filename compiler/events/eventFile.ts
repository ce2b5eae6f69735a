import { isMap } from 'yaml';
import type { ColumnType, ScalarType, StructField } from '../../src/events/columnType.ts';
import { isLonger, MAX_NAME_LENGTH } from '../../src/events/envelope.ts';
import type { Contract, EventType, Source } from '../../src/events/eventType.ts';
import type { Protection } from '../../src/events/protection.ts';
import type { Fault } from '../faults.ts';
import type { SourceFile } from '../sourceFiles.ts';
import { type Member, YamlFile } from '../yamlFile.ts';
import { parseType } from './columnType.ts';
import { readRules, readStrict, ruleKeys, type WrittenRules } from './contract.ts';
import { columnFlaw, fieldFlaw, type Taken, viewFlaw } from './names.ts';
import { parseNames, parseSource } from './source.ts';

/** A column as one file has it. Type and description stand in one file, the others may leave them out. */
export interface ColumnInFile {
  file: string;
  name: string;
  line: number;
  type?: ColumnType;
  comment?: string;
  pii?: Protection;
  /** whether the type was written, right or wrong: what is wrong has its fault already */
  hasType: boolean;
}

export interface EventFile {
  file: string;
  type: EventType;
  nameLine: number;
  columns: readonly ColumnInFile[];
  strict: Contract['strict'];
  /** of the contract: what they come to shows when the types are known */
  written: readonly WrittenRules[];
}

const COLUMN = 'order_id: { type: string, description: Order identifier }';
const FIELD = 'sku: { type: string }';

/** Glue takes 255 bytes for a column and 2,048 for a table. */
const MAX_COMMENT = { column: 255, table: 2_048 };

/** One file of events/, which is one event type. Notes what is wrong with it; undefined if it cannot be read at all. */
export const readEventFile = (
  { file, text }: SourceFile,
  taken: Taken,
  faults: Fault[],
): EventFile | undefined => {
  const yaml = new YamlFile(file, text, faults);
  const view = file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/i, '');
  if (!file.endsWith('.yml')) yaml.fault(undefined, `must end in .yml: rename it to events/${view}.yml`);
  const viewIs = viewFlaw(view, taken);
  if (viewIs !== undefined) yaml.fault(undefined, viewIs);
  if (yaml.root === null) return undefined;
  const reader = new EventReader(yaml);
  return { file, ...reader.read(view) };
};

class EventReader {
  readonly #yaml: YamlFile;
  readonly #written: WrittenRules[] = [];

  constructor(yaml: YamlFile) {
    this.#yaml = yaml;
  }

  read(view: string): Omit<EventFile, 'file'> {
    const yaml = this.#yaml;
    const top = yaml.known(
      yaml.root,
      'the file',
      ['description', 'name', 'strict', 'columns', 'pii'],
      'description: An order was placed',
    );
    const name = top.get('name');
    const described = this.#comment(top.get('description'), 'the file', MAX_COMMENT.table);
    const columns = this.#columns(top.get('columns'));
    return {
      nameLine: name?.line ?? 1,
      columns: columns.map(({ column }) => column),
      strict: readStrict(yaml, top.get('strict')),
      written: this.#written,
      type: {
        name: (name && this.#eventName(name)) ?? view,
        view,
        comment: described ?? '',
        columns: Object.fromEntries(columns.map(({ column, from }) => [column.name, from])),
        pii: this.#personal(top.get('pii')),
      },
    };
  }

  #comment(member: Member | undefined, what: string, most: number): string | undefined {
    if (member === undefined) {
      this.#yaml.fault(1, `${what} needs a description: what happened, in a sentence.`);
      return undefined;
    }
    const text = this.#yaml.text(member, what === 'the file' ? 'description' : `${what}.description`);
    if (text === undefined) return undefined;
    const bytes = Buffer.byteLength(text);
    if (bytes > most)
      this.#yaml.fault(member.line, `a description has at most ${most} bytes here, this has ${bytes}.`);
    // osls would put a variable in its place.
    if (text.includes('${')) this.#yaml.fault(member.line, 'a description must not have "${" in it.');
    return text;
  }

  #eventName(member: Member): string | undefined {
    const name = this.#yaml.exactText(member, 'name');
    if (name !== undefined && isLonger(name, MAX_NAME_LENGTH))
      this.#yaml.fault(member.line, `name: an event name has at most ${MAX_NAME_LENGTH} characters.`);
    return name;
  }

  #columns(member: Member | undefined): { column: ColumnInFile; from: Source[] }[] {
    if (member === undefined || member.value === null) return [];
    return this.#yaml.members(member.value, 'columns', COLUMN).map((column) => this.#column(column));
  }

  #column(member: Member): { column: ColumnInFile; from: Source[] } {
    const { name, value, line } = member;
    const what = `columns.${name}`;
    const flaw = columnFlaw(name);
    if (flaw !== undefined) this.#yaml.fault(line, `${what}: ${flaw}`);
    const keys = ['type', 'description', 'from', 'fields', 'pii', ...ruleKeys];
    const given = value === null ? new Map<string, Member>() : this.#yaml.known(value, what, keys, COLUMN);
    this.#written.push({ column: name, rules: readRules(this.#yaml, given, what) });
    const type = this.#type(given, what, line, name);
    const pii = given.get('pii');
    const protection = pii && this.#protection(pii, `${what}.pii`);
    const description = given.get('description');
    const comment = description && this.#comment(description, what, MAX_COMMENT.column);
    const from = this.#from(given.get('from'), name, what, parseSource);
    return {
      from,
      column: {
        file: this.#yaml.file,
        name,
        line,
        hasType: given.has('type') || (value !== null && !isMap(value)),
        ...(type === undefined ? {} : { type }),
        ...(comment === undefined ? {} : { comment }),
        ...(protection === undefined ? {} : { pii: protection }),
      },
    };
  }

  #type(
    given: ReadonlyMap<string, Member>,
    what: string,
    line: number,
    column: string,
  ): ColumnType | undefined {
    const [type, fields, description] = [given.get('type'), given.get('fields'), given.get('description')];
    if (type !== undefined && description === undefined)
      this.#yaml.fault(
        line,
        `${what} has a type and needs a description: what the column holds, in a sentence.`,
      );
    if (type === undefined) {
      for (const [name, other] of [
        ['description', description],
        ['fields', fields],
      ] as const)
        if (other !== undefined)
          this.#yaml.fault(
            line,
            `${what} has ${name} and no type. Give both here, or none and have both in another file.`,
          );
      return undefined;
    }
    const written = this.#yaml.text(type, `${what}.type`);
    if (written === undefined) return undefined;
    const parsed = parseType(written);
    if ('flaw' in parsed) {
      this.#yaml.fault(type.line, `${what}.type: ${parsed.flaw}`);
      return undefined;
    }
    if (parsed.type === 'array<struct>') return this.#struct(fields, what, type.line, column);
    if (fields !== undefined) this.#yaml.fault(fields.line, `${what}.fields: only array<struct> has fields.`);
    return parsed.type;
  }

  #struct(fields: Member | undefined, what: string, line: number, column: string): ColumnType | undefined {
    const members =
      fields === undefined || fields.value === null
        ? []
        : this.#yaml.members(fields.value, `${what}.fields`, FIELD);
    if (members.length === 0)
      this.#yaml.fault(line, `${what}: array<struct> needs fields, such as fields: { ${FIELD} }`);
    const found = members.map((field) => this.#field(field, `${what}.fields.${field.name}`, column));
    const right = found.filter((field) => field !== undefined);
    return right.length === found.length && right.length > 0 ? { arrayOf: right } : undefined;
  }

  #field(member: Member, what: string, column: string): StructField | undefined {
    const { name, value, line } = member;
    const flaw = fieldFlaw(name);
    if (flaw !== undefined) this.#yaml.fault(line, `${what}: ${flaw}`);
    const given = this.#yaml.known(value, what, ['type', 'description', 'from', ...ruleKeys], FIELD);
    this.#written.push({ column, field: name, rules: readRules(this.#yaml, given, what) });
    const [type, description] = [given.get('type'), given.get('description')];
    if (type === undefined && isMap(value)) this.#yaml.fault(line, `${what} needs a type.`);
    const comment = description && this.#comment(description, what, MAX_COMMENT.column);
    const from = this.#from(given.get('from'), name, what, parseNames);
    const written = type && this.#yaml.text(type, `${what}.type`);
    if (type === undefined || written === undefined) return undefined;
    const parsed = parseType(written);
    if (!('flaw' in parsed) && isScalarType(parsed.type))
      return { name, type: parsed.type, from, ...(comment === undefined ? {} : { comment }) };
    const nested = `"${written}": a field of a struct is a scalar. What is nested deeper is json.`;
    this.#yaml.fault(type.line, `${what}.type: ${'flaw' in parsed ? parsed.flaw : nested}`);
    return undefined;
  }

  #from<Place>(
    member: Member | undefined,
    name: string,
    what: string,
    parse: (text: string) => Place | { flaw: string },
  ): Place[] {
    const written =
      member === undefined ? [{ text: name, line: 0 }] : this.#yaml.exactTexts(member, `${what}.from`);
    const seen = new Set<string>();
    return written.flatMap(({ text, line }) => {
      const place = parse(text);
      if (isFlaw(place)) {
        // The name of the column itself has its fault already.
        if (member !== undefined) this.#yaml.fault(line, `${what}.from: ${place.flaw}`);
        return [];
      }
      const key = JSON.stringify(place);
      if (seen.has(key)) this.#yaml.fault(line, `${what}.from: "${text}" stands here twice.`);
      seen.add(key);
      return [place];
    });
  }

  #protection(member: Member, what: string): Protection | undefined {
    const text = this.#yaml.text(member, what);
    if (text === 'hash' || text === 'drop') return text;
    if (text !== undefined)
      this.#yaml.fault(member.line, `${what}: "${text}" is not known here. Write hash or drop.`);
    return undefined;
  }

  #personal(member: Member | undefined): EventType['pii'] {
    if (member === undefined) return [];
    return this.#yaml.members(member.value, 'pii', 'contact.email: hash').flatMap((one) => {
      const protection = this.#protection(one, `pii.${one.name}`);
      const source = parseSource(one.name);
      if ('flaw' in source) this.#yaml.fault(one.line, `pii: ${source.flaw}`);
      return protection === undefined || 'flaw' in source ? [] : [{ ...source, protection }];
    });
  }
}

/** A field is flat: JSON is not. */
const isScalarType = (type: ColumnType | 'array<struct>'): type is ScalarType =>
  typeof type === 'string' && type !== 'array<struct>' && type !== 'json';

const isFlaw = <Place>(place: Place | { flaw: string }): place is { flaw: string } =>
  typeof place === 'object' && place !== null && 'flaw' in place;
