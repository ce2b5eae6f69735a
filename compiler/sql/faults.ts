import type { Fault } from '../faults.ts';

/** Something that is wrong with a file of queries/: where, what, and what to do about it. */
export interface QueryFault {
  file: string;
  line: number;
  column: number;
  what: string;
  how: string;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

export const asFault = ({ what, how, ...place }: QueryFault): Fault => ({
  ...place,
  says: `${sentence(what)}${how === '' ? '' : ` ${sentence(how)}`}`,
});

/** A place in a text, as people count it. */
export const placeAt = (text: string, offset: number): { line: number; column: number } => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};
