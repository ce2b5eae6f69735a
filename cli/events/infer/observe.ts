import { digitsOf, isBigint } from '../../../src/json/digits.ts';
import { instantOf, isDay } from '../../../src/json/instants.ts';
import { isObject, type JsonObject } from '../../../src/json/parse.ts';

/** What stood at one place of many events. Counts of values, by their JSON type. */
export interface Observed {
  nulls: number;
  booleans: number;
  strings: {
    count: number;
    days: number;
    /** read as a time, days among them */
    instants: number;
    /** look like an e-mail address */
    emails: number;
    /** the first different short ones */
    examples: Set<string>;
  };
  numbers: {
    count: number;
    bigints: number;
    /** a double can hold them, roughly */
    finite: number;
    /** read as a time */
    instants: number;
    /** read as a time of this century */
    recent: number;
    /** digits before the point, and after it: the most of any */
    whole: number;
    fraction: number;
    examples: Set<string>;
  };
  arrays: number;
  elements: Observed | undefined;
  objects: number;
  members: Map<string, Observed>;
}

export const nothing = (): Observed => ({
  nulls: 0,
  booleans: 0,
  strings: { count: 0, days: 0, instants: 0, emails: 0, examples: new Set() },
  numbers: {
    count: 0,
    bigints: 0,
    finite: 0,
    instants: 0,
    recent: 0,
    whole: 0,
    fraction: 0,
    examples: new Set(),
  },
  arrays: 0,
  elements: undefined,
  objects: 0,
  members: new Map(),
});

/** Members of one object that are told apart; beyond it its names are data, such as ids. */
export const MAX_MEMBERS = 200;
const MAX_EXAMPLES = 3;
const LONGEST_EXAMPLE = 40;
const EMAIL = /[^\s@]+@[^\s@]+\.[^\s@]+/;
const THIS_CENTURY = Date.UTC(2000);
const NEXT_CENTURY = Date.UTC(2100);

const keep = (examples: Set<string>, text: string): void => {
  if (examples.size < MAX_EXAMPLES) examples.add(text);
};

const addString = (strings: Observed['strings'], text: string): void => {
  strings.count += 1;
  if (isDay(text)) strings.days += 1;
  if (instantOf(text) !== undefined) strings.instants += 1;
  if (EMAIL.test(text)) strings.emails += 1;
  // What follows a question mark in an address may say who it is.
  const shown = /^https?:/.test(text) ? text.replace(/[?#].*$/s, '') : text;
  if (shown.length <= LONGEST_EXAMPLE && text.trim() !== '') keep(strings.examples, shown);
};

const addNumber = (numbers: Observed['numbers'], value: unknown, text: string): void => {
  const number = digitsOf(text);
  if (number === undefined) return;
  const instant = instantOf(value);
  numbers.count += 1;
  if (isBigint(number)) numbers.bigints += 1;
  if (Number.isFinite(Number(text))) numbers.finite += 1;
  if (instant !== undefined) numbers.instants += 1;
  if (instant !== undefined && instant >= THIS_CENTURY && instant < NEXT_CENTURY) numbers.recent += 1;
  // Zeros that say nothing are not among the digits; those of zero itself are none.
  const { digits, size } = number;
  if (digits !== '') {
    numbers.whole = Math.max(numbers.whole, size);
    numbers.fraction = Math.max(numbers.fraction, digits.length - size);
  }
  if (text.length <= LONGEST_EXAMPLE) keep(numbers.examples, text);
};

const addMembers = (members: Map<string, Observed>, object: JsonObject): void => {
  for (const [name, value] of Object.entries(object)) {
    const known = members.get(name);
    if (known === undefined && members.size >= MAX_MEMBERS) continue;
    const observed = known ?? nothing();
    members.set(name, observed);
    observe(observed, value);
  }
};

/** Adds one value, of which numbers may be kept as their text (src/json/exactNumbers.ts). */
export const observe = (observed: Observed, value: unknown): void => {
  if (value === null) observed.nulls += 1;
  else if (typeof value === 'boolean') observed.booleans += 1;
  else if (typeof value === 'string') addString(observed.strings, value);
  else if (typeof value === 'number') addNumber(observed.numbers, value, String(value));
  else if (Array.isArray(value)) {
    observed.arrays += 1;
    observed.elements ??= nothing();
    for (const element of value) observe(observed.elements, element);
  } else if (isObject(value)) {
    observed.objects += 1;
    addMembers(observed.members, value);
  } else if (typeof value === 'object' && JSON.isRawJSON(value))
    addNumber(observed.numbers, value, value.rawJSON);
};

/** The JSON types that were there, null aside, the most frequent first. */
export const kindsOf = ({ booleans, strings, numbers, arrays, objects }: Observed): [string, number][] => {
  const all: [string, number][] = [
    ['string', strings.count],
    ['number', numbers.count],
    ['boolean', booleans],
    ['array', arrays],
    ['object', objects],
  ];
  return all.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
};
