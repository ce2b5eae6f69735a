import { AwsError } from '../contracts.ts';

export type Filter = (message: string) => boolean;

const refused = (pattern: string, what: string): AwsError =>
  new AwsError(
    'InvalidParameterException',
    `Invalid filter pattern ${JSON.stringify(pattern)}: ${what}. Emulated are terms ("a b" -c ?d) and comparisons of JSON fields joined by && or by ||, as in { $.level = "ERROR" }.`,
  );

/** The pattern of FilterLogEvents. Throws InvalidParameterException for what of its syntax is wrong or not emulated. */
export const filterOf = (pattern: string): Filter => {
  const trimmed = pattern.trim();
  if (trimmed.startsWith('{')) return jsonFilter(trimmed);
  if (trimmed.startsWith('[')) throw refused(pattern, 'patterns of space-delimited fields are not emulated');
  if (trimmed.includes('%')) throw refused(pattern, 'regular expressions are not emulated');
  return termFilter(trimmed);
};

/** Terms match case by case: all of them; of those with ? at least one; none of those with -. */
const termFilter = (pattern: string): Filter => {
  const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = '', quoted, plain = '']) => ({ sign, text: quoted?.replace(/\\(.)/g, '$1') ?? plain }),
  );
  const of = (sign: string): string[] => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [all, some, none] = [of(''), of('?'), of('-')];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (some.length === 0 || some.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text));
};

const comparison =
  /^\(?\s*\$((?:\.[\w@-]+|\[\d+\])+)\s*(=|!=|<=|>=|<|>)\s*("(?:[^"\\]|\\.)*"|[^\s"()]+)\s*\)?$/;

const jsonFilter = (pattern: string): Filter => {
  const inner = /^\{(.*)\}$/s.exec(pattern)?.[1]?.trim() ?? '';
  const [ands, ors] = [inner.split('&&'), inner.split('||')];
  if (ands.length > 1 && ors.length > 1)
    throw refused(pattern, '&& and || beside each other are not emulated');
  const tests = (ands.length > 1 ? ands : ors).map((part) => comparisonOf(pattern, part.trim()));
  return (message) => {
    const value = parsed(message);
    if (value === undefined) return false;
    return ands.length > 1 ? tests.every((test) => test(value)) : tests.some((test) => test(value));
  };
};

const comparisonOf = (pattern: string, text: string): ((value: unknown) => boolean) => {
  const [, path, operator = '=', literal = ''] = comparison.exec(text) ?? [];
  if (path === undefined) throw refused(pattern, `${JSON.stringify(text)} must compare a field with a value`);
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const compare = literal.startsWith('"') || Number.isNaN(Number(literal)) ? textual : numeric;
  const holds = compare(pattern, operator, literal);
  return (value) => holds(at(value, steps));
};

type Compare = (pattern: string, operator: string, literal: string) => (found: unknown) => boolean;

/** Texts are equal or not; `*` stands for anything. A field that is not there is not unequal either. */
const textual: Compare = (pattern, operator, literal) => {
  if (operator !== '=' && operator !== '!=') throw refused(pattern, `${operator} compares numbers`);
  const wanted = literal.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1');
  const escaped = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const whole = new RegExp(`^${escaped.join('.*')}$`, 's');
  return (found) => found !== undefined && whole.test(String(found)) === (operator === '=');
};

const numeric: Compare = (_pattern, operator, literal) => {
  const wanted = Number(literal);
  return (found) => {
    if (typeof found !== 'number') return false;
    if (operator === '=') return found === wanted;
    if (operator === '!=') return found !== wanted;
    if (operator.startsWith('<')) return found < wanted || (operator === '<=' && found === wanted);
    return found > wanted || (operator === '>=' && found === wanted);
  };
};

const at = (value: unknown, steps: readonly string[]): unknown => {
  let found = value;
  for (const step of steps) {
    if (typeof found !== 'object' || found === null) return undefined;
    // An array takes its index as a text as well.
    found = Object.hasOwn(found, step) ? Reflect.get(found, step) : undefined;
  }
  return found;
};

const parsed = (message: string): unknown => {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
};
