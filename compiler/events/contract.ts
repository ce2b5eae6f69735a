import type { ColumnType, ScalarType } from '../../src/events/columnType.ts';
import { against, keyOf, valueIn } from '../../src/events/contract/rules.ts';
import { fitsOf } from '../../src/events/contract/scalars.ts';
import type { Contract, Rules } from '../../src/events/eventType.ts';
import { didYouMean, type Fault } from '../faults.ts';
import type { Member, Written, YamlFile } from '../yamlFile.ts';

/** Keys of a column, and of a field of a struct, that are rules of the contract. */
export const ruleKeys = ['required', 'allowed', 'min', 'max'] as const;

type RuleKey = (typeof ruleKeys)[number];

/**
 * A rule as the file has it. What it is worth shows when the column's type is known, which may stand in another file.
 */
interface WrittenRule {
  key: RuleKey;
  line: number;
  values: readonly Written[];
}

/** The rules of one column, or of one field. */
export interface WrittenRules {
  column: string;
  field?: string;
  rules: readonly WrittenRule[];
}

export const readRules = (
  yaml: YamlFile,
  given: ReadonlyMap<string, Member>,
  what: string,
): readonly WrittenRule[] =>
  ruleKeys.flatMap((key) => {
    const member = given.get(key);
    if (member === undefined) return [];
    const values = yaml.scalars(member, `${what}.${key}`, key === 'allowed');
    return values === undefined ? [] : [{ key, line: member.line, values }];
  });

const levels = ['false', 'warn', 'reject'] as const;

export const readStrict = (yaml: YamlFile, member: Member | undefined): Contract['strict'] => {
  const [written] = (member && yaml.scalars(member, 'strict', false)) ?? [];
  if (member === undefined || written === undefined) return false;
  const level = levels.find((one) => one === written.text);
  if (level === undefined)
    yaml.fault(
      member.line,
      `strict: "${written.text}" is not known here.${didYouMean(written.text, levels) || ' Write false, warn or reject.'}`,
    );
  return level === undefined || level === 'false' ? false : level;
};

const hasOrder = (type: ScalarType): boolean => !['string', 'boolean', 'json'].includes(type);

/** Why a column of this type cannot have the rule. */
const misplaced = (key: RuleKey, type: ColumnType): string | undefined => {
  if (key === 'required') return undefined;
  const scalar = typeof type === 'string' ? type : type.arrayOf;
  if (typeof scalar === 'object')
    return `write ${key} at one of the fields: this column is an array of objects.`;
  if (scalar === 'json') return `a column of type json takes required, and no other rule.`;
  if (key === 'allowed')
    return scalar === 'timestamp' ? 'a timestamp takes min and max, and no list of values.' : undefined;
  return hasOrder(scalar)
    ? undefined
    : `a ${scalar} takes allowed, such as allowed: [a, b]. min and max are for numbers, dates and timestamps.`;
};

const isNumeric = (type: ScalarType): boolean => hasOrder(type) && type !== 'date' && type !== 'timestamp';

/** What is wrong with a value of `allowed`, `min` or `max`. */
const unfit = (type: ScalarType, { text, kind }: Written): string | undefined => {
  const wanted = isNumeric(type) ? 'number' : type === 'boolean' ? 'boolean' : 'text';
  if (kind === wanted && fitsOf(type)(valueIn(type, text))) return undefined;
  // An epoch is a number of whatever its size says: a limit is to be read by people.
  if (wanted === 'text' && kind !== 'text') return `put it in quotes: '${text}'`;
  if (wanted === 'number' && kind === 'text' && fitsOf(type)(valueIn(type, text)))
    return `write it without quotes: ${text}`;
  return `"${text}" is not a ${type}.`;
};

/** Finds out what the rules of one file say. Notes what cannot be. */
class ContractReader {
  readonly #file: string;
  readonly #faults: Fault[];

  constructor(file: string, faults: Fault[]) {
    this.#file = file;
    this.#faults = faults;
  }

  #fault(line: number, says: string): void {
    this.#faults.push({ file: this.#file, line, says });
  }

  rules(what: string, type: ColumnType, written: readonly WrittenRule[]): Rules {
    const found: Rules = {};
    for (const rule of written) Object.assign(found, this.#rule(what, type, rule));
    const scalar = scalarOf(type);
    const { min, max } = found;
    const last = written.at(-1);
    if (scalar !== undefined && last !== undefined && min !== undefined && max !== undefined)
      if (against(scalar, max)(valueIn(scalar, min)) > 0)
        this.#fault(last.line, `${what}: min (${min}) must not be above max (${max}).`);
    return found;
  }

  #rule(what: string, type: ColumnType, { key, line, values }: WrittenRule): Rules {
    const wrong = misplaced(key, type);
    if (wrong !== undefined) {
      this.#fault(line, `${what}.${key}: ${wrong}`);
      return {};
    }
    const [first] = values;
    if (key === 'required') return this.#required(what, line, first);
    const scalar = scalarOf(type);
    if (scalar === undefined || first === undefined) return {};
    const right = values.filter((value) => this.#isRight(`${what}.${key}`, scalar, value));
    if (right.length < values.length) return {};
    if (key !== 'allowed') return { [key]: first.text };
    this.#noteTwins(`${what}.allowed`, scalar, values);
    return { allowed: values.map(({ text }) => text) };
  }

  #required(what: string, line: number, value: Written | undefined): Rules {
    if (value?.text === 'true') return { required: true };
    if (value?.text !== 'false') this.#fault(line, `${what}.required: write true or false.`);
    return {};
  }

  #isRight(what: string, type: ScalarType, value: Written): boolean {
    const flaw = unfit(type, value);
    if (flaw !== undefined) this.#fault(value.line, `${what}: ${flaw}`);
    return flaw === undefined;
  }

  #noteTwins(what: string, type: ScalarType, values: readonly Written[]): void {
    const seen = new Set<string>();
    for (const { text, line } of values) {
      const key = keyOf(valueIn(type, text));
      if (seen.has(key)) this.#fault(line, `${what}: "${text}" stands here twice.`);
      seen.add(key);
    }
  }
}

const scalarOf = (type: ColumnType): ScalarType | undefined => {
  if (typeof type === 'string') return type;
  return typeof type.arrayOf === 'string' ? type.arrayOf : undefined;
};

const fieldType = (type: ColumnType, name: string): ScalarType | undefined =>
  typeof type === 'object' && typeof type.arrayOf === 'object'
    ? type.arrayOf.find((field) => field.name === name)?.type
    : undefined;

/**
 * The contract that a file's rules come to; undefined where it has none. A column without a type has its fault already.
 */
export const contractOf = (
  { file, strict, written }: { file: string; strict: Contract['strict']; written: readonly WrittenRules[] },
  typeOf: (column: string) => ColumnType | undefined,
  faults: Fault[],
): Contract | undefined => {
  const reader = new ContractReader(file, faults);
  const columns: Record<string, Rules> = {};
  for (const { column, field, rules } of written) {
    const type = typeOf(column);
    const of = type === undefined || field === undefined ? type : fieldType(type, field);
    if (of === undefined || rules.length === 0) continue;
    const what = field === undefined ? `columns.${column}` : `columns.${column}.fields.${field}`;
    const found = reader.rules(what, of, rules);
    if (Object.keys(found).length === 0) continue;
    const there = columns[column] ?? {};
    columns[column] =
      field === undefined
        ? { ...there, ...found }
        : { ...there, fields: { ...there.fields, [field]: found } };
  }
  return strict === false && Object.keys(columns).length === 0 ? undefined : { strict, columns };
};
