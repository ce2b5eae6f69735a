import {
  isTooDeep,
  mayChangeNumbers,
  mayHaveLoneSurrogates,
  parseExactly,
  parseJson,
} from '../json/parse.ts';
import { elementTexts, memberText } from '../json/slices.ts';
import { once } from '../once.ts';
import { MAX_EVENTS } from './limits.ts';
import type { SentEvent } from './sentEvent.ts';

// One more than a request may hold shows that it holds too many; millions would take more memory than there is.
const ENOUGH = MAX_EVENTS + 1;

/**
 * The value again with every digit of its numbers, if parsing may have changed one. Too deep values stay as they are:
 * they are rejected anyway, and parsing exactly would overflow the stack.
 */
const exactly = (value: unknown, text: string): unknown =>
  mayChangeNumbers(text) && !isTooDeep(value) ? parseExactly(text) : value;

/** A body, or a line of one, that is one event. */
export const single = (value: unknown, text: string): SentEvent => ({
  value: exactly(value, text),
  wellFormed: !mayHaveLoneSurrogates(text),
  text: () => text,
});

/** The elements of an array. Their texts are cut out only when one is needed, all at once. */
export const elements = (values: readonly unknown[], arrayText: () => string, body: string): SentEvent[] => {
  const texts = once(() => elementTexts(arrayText()));
  const textAt = (index: number): string => texts()[index] ?? '';
  const wide = mayChangeNumbers(body);
  const wellFormed = !mayHaveLoneSurrogates(body);
  return values.slice(0, ENOUGH).map((value, index) => ({
    value: wide ? exactly(value, textAt(index)) : value,
    wellFormed,
    text: () => textAt(index),
  }));
};

/** A member of the body's object, with every digit. */
export const member = (value: unknown, name: string, body: string): unknown =>
  value !== undefined && mayChangeNumbers(body) ? exactly(value, memberText(body, name) ?? 'null') : value;

/** Lines as events. One that is not JSON has the value undefined, which no JSON has. Blank lines are none. */
export const lines = (body: string): SentEvent[] =>
  body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, ENOUGH)
    .map((line) => single(parseJson(line)?.value, line));
