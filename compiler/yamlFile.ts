import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { didYouMean, type Fault } from './faults.ts';

/** What is below a key, in an alias' place what it stands for. */
export type Value = ParsedNode | null;

export interface Member {
  name: string;
  value: Value;
  line: number;
}

/** A value as it is written: numbers with all their digits. */
export interface Written {
  text: string;
  kind: 'text' | 'number' | 'boolean';
  line: number;
}

/** Reads a YAML file member by member, and notes what is wrong with it instead of stopping. */
export class YamlFile {
  readonly file: string;
  readonly root: Value;
  /** All of it as plain data; undefined for what is not YAML, null where nothing but comments is there. */
  readonly value: unknown;
  readonly #faults: Fault[];
  readonly #lines = new LineCounter();
  readonly #resolve: (value: Value) => Value;

  constructor(file: string, text: string, faults: Fault[]) {
    this.file = file;
    this.#faults = faults;
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: false, // told below, with both lines
    });
    this.#resolve = (value) => {
      // An alias gives the anchored node itself, which was parsed.
      const meant = isAlias(value) ? (value.resolve(document) as ParsedNode | undefined) : value;
      return meant === undefined || (isScalar(meant) && meant.value === null) ? null : meant;
    };
    const wrong = firstOfEachLine([...document.errors, ...document.warnings], (error) => this.#lineAt(error));
    for (const [line, error] of wrong) this.fault(line, sentenceOf(error));
    this.value = document.errors.length === 0 ? document.toJS() : undefined;
    this.root = wrong.size > 0 ? null : document.contents;
    if (wrong.size === 0 && document.contents === null)
      this.fault(undefined, 'is empty. Write what it is for, or delete it.');
  }

  fault(line: number | undefined, says: string): void {
    this.#faults.push({ file: this.file, ...(line === undefined ? {} : { line }), says });
  }

  /** Whether nothing has been said of this file so far. */
  get isRight(): boolean {
    return !this.#faults.some(({ file }) => file === this.file);
  }

  #lineAt({ pos }: YAMLError): number {
    return this.#lines.linePos(pos[0]).line;
  }

  lineOf(value: Value): number {
    return value === null ? 1 : this.#lines.linePos(value.range[0]).line;
  }

  /** The members of a mapping, each name once. A fault and nothing for what is not a mapping. */
  members(value: Value, what: string, example: string): Member[] {
    const found = new Map<string, Member>();
    if (!isMap(value)) {
      this.fault(this.lineOf(value), `${what} must have names and values, such as: ${example}`);
      return [];
    }
    for (const { key, value: below } of value.items) {
      const line = this.lineOf(key);
      const name = isScalar(key) ? (key.source ?? String(key.value)) : '';
      const before = found.get(name);
      if (name === '') this.fault(line, `${what}: a name must be a text.`);
      else if (before !== undefined)
        this.fault(line, `${what}: "${name}" stands here and in line ${before.line}. Leave one of them.`);
      else found.set(name, { name, value: this.#resolve(below ?? null), line });
    }
    return [...found.values()];
  }

  /** The same of a mapping that takes only these names. */
  known(value: Value, what: string, names: readonly string[], example: string): Map<string, Member> {
    const members = this.members(value, what, example);
    for (const { name, line } of members)
      if (!names.includes(name))
        this.fault(
          line,
          `${what}: "${name}" is not known here.${didYouMean(name, names) || ` Known are: ${names.join(', ')}. A text with a comma in it stands in quotes between braces.`}`,
        );
    return new Map(members.filter(({ name }) => names.includes(name)).map((member) => [member.name, member]));
  }

  /** What a list holds. A fault and nothing for what is not a list. */
  items(value: Value, what: string, example: string): Value[] {
    if (isSeq(value)) return value.items.map((item) => this.#resolve(item));
    this.fault(this.lineOf(value), `${what} must be a list, such as: ${example}`);
    return [];
  }

  /** A text in one line, without white space around it; undefined, with a fault, for anything else. */
  text(member: Member, what: string): string | undefined {
    return this.exactText(member, what)?.trim().replaceAll(/\s+/g, ' ');
  }

  /** The same as it is written: what senders call something has the white space that they gave it. */
  exactText({ name, value, line }: Member, what: string): string | undefined {
    if (isScalar(value) && typeof value.value === 'string' && value.value.trim() !== '') return value.value;
    const given = isScalar(value) && value.value !== null && value.value !== '';
    this.fault(
      line,
      given
        ? `${what}: put it in quotes: ${name}: '${value.source ?? value.value}'`
        : `${what} must be a text${value === null || isScalar(value) ? ', and nothing is there' : ''}.`,
    );
    return undefined;
  }

  /** One value, or a list of them; undefined, with a fault, for anything else. */
  scalars(member: Member, what: string, isList: boolean): Written[] | undefined {
    const { value, line, name } = member;
    if (isList && !(isSeq(value) && value.items.length > 0)) {
      this.fault(line, `${what} must be a list of values, such as: ${name}: [a, b]`);
      return undefined;
    }
    const items = isList && isSeq(value) ? value.items.map((item) => this.#resolve(item)) : [value];
    const written = items.map((item) => this.#written(item, line));
    if (!written.includes(undefined)) return written.filter((one) => one !== undefined);
    this.fault(line, `${what} must be ${isList ? 'a list of texts, numbers, true or false' : 'one value'}.`);
    return undefined;
  }

  #written(value: Value, line: number): Written | undefined {
    if (!isScalar(value) || value.value === null) return undefined;
    const at = this.lineOf(value) || line;
    if (typeof value.value === 'string') return { text: value.value, kind: 'text', line: at };
    const text = value.source ?? String(value.value);
    if (typeof value.value === 'boolean') return { text: String(value.value), kind: 'boolean', line: at };
    return { text, kind: 'number', line: at };
  }

  /** One text or a list of texts, as they are written, with the line of each. */
  exactTexts(member: Member, what: string): { text: string; line: number }[] {
    if (!isSeq(member.value)) {
      const text = this.exactText(member, what);
      return text === undefined ? [] : [{ text, line: member.line }];
    }
    if (member.value.items.length === 0) this.fault(member.line, `${what} must not be an empty list.`);
    return member.value.items.flatMap((item) => {
      const value = this.#resolve(item);
      const line = value === null ? member.line : this.lineOf(value);
      const text = this.exactText({ name: `- ${member.name}`, value, line }, what);
      return text === undefined ? [] : [{ text, line }];
    });
  }
}

/** What follows from a fault before it would only hide that: of each line the first. */
const firstOfEachLine = (
  errors: readonly YAMLError[],
  lineOf: (error: YAMLError) => number,
): Map<number, YAMLError> => {
  const found = new Map<number, YAMLError>();
  for (const error of errors) {
    const follows = found.size > 0 && ['UNEXPECTED_TOKEN', 'MULTILINE_IMPLICIT_KEY'].includes(error.code);
    if (!follows && !found.has(lineOf(error))) found.set(lineOf(error), error);
  }
  return found;
};

const sentences: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  TAB_AS_INDENT: 'a tab indents this line. YAML takes spaces only.',
  BLOCK_AS_IMPLICIT_KEY:
    'this line cannot be read. A text with ": " in it stands in quotes; names below each other are indented alike.',
  MULTIPLE_DOCS: '"---" begins a second document. Write it into a file of its own.',
  BAD_SCALAR_START: 'a text that begins with this sign stands in quotes.',
  MISSING_CHAR: 'the closing quote of this text is missing.',
  BAD_DQ_ESCAPE: 'a backslash in a text stands in single quotes, or in none.',
};

const sentenceOf = ({ code, message }: YAMLError): string =>
  sentences[code] ?? `cannot be read as YAML: ${message}.`;
