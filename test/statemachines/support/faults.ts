import { canonical, type Json } from 'headrace-asl';
import type { Fault } from './run.ts';

type Meet = (number: number, input: Json) => Fault | undefined;

/** Every call meets it. */
export const always =
  (fault: Fault): Meet =>
  () =>
    fault;

/** Only calls for one item of a Map meet anything, the item that is called for first; the others are well. */
export const oneItem = (meet: Meet): Meet => {
  let item: string | undefined;
  return (number, input) => {
    const asked = canonical(input);
    item ??= asked;
    return asked === item ? meet(number, input) : undefined;
  };
};

/** The first so many calls of an item. */
export const first =
  (count: number, fault: Fault): Meet =>
  (number) =>
    number <= count ? fault : undefined;

/** Calls whose input has this text in it. */
export const about =
  (text: string, fault: Fault): Meet =>
  (_, input) =>
    JSON.stringify(input).includes(text) ? fault : undefined;

/** More than a state may hand on. */
export const tooMuch: Fault = { answer: { Payload: { blob: 'x'.repeat(262_144) } } };
