import { mayHaveLoneSurrogates } from '../json/parse.ts';
import { elementTexts } from '../json/slices.ts';
import { once } from '../once.ts';
import { MAX_EVENTS } from './limits.ts';
import type { SentEvent } from './sentEvent.ts';

// One more than a request may hold shows that it holds too many; millions would take more memory than there is.
export const ENOUGH = MAX_EVENTS + 1;

/** A body that is one event. `value`: what `parseExactly` read of it. */
export const single = (value: unknown, text: string): SentEvent => ({
  value,
  wellFormed: !mayHaveLoneSurrogates(text),
  text: () => text,
});

/** The elements of an array. Their texts are cut out only when one is needed, all at once. */
export const elements = (values: readonly unknown[], arrayText: () => string, body: string): SentEvent[] => {
  const texts = once(() => elementTexts(arrayText()));
  const wellFormed = !mayHaveLoneSurrogates(body);
  return values.slice(0, ENOUGH).map((value, index) => ({
    value,
    wellFormed,
    text: () => texts()[index] ?? '',
  }));
};
