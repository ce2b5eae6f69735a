import { once } from '../../once.ts';
import { catalogColumns } from '../columnCatalog.ts';
import type { CatalogColumn, EventType } from '../eventType.ts';
import { knownEventTypes } from '../registry.ts';
import { type Judge, judgeOf } from './judge.ts';

/** The contract of an event type that is held: what is done with an event that contradicts it. */
interface HeldContract {
  strict: 'warn' | 'reject';
  judge: Judge;
}

/** By event name. */
export type Contracts = ReadonlyMap<string, HeldContract>;

/** Each judge is made when its first event comes: a cold start waits for none. */
export const contractsOf = (types: Iterable<EventType>, columns: readonly CatalogColumn[]): Contracts =>
  new Map(
    [...types].flatMap((type): [string, HeldContract][] => {
      const strict = type.contract?.strict ?? false;
      if (strict === false) return [];
      const judge = once(() => judgeOf(type, columns));
      return [[type.name, { strict, judge: (event) => judge()(event) }]];
    }),
  );

/** Those of the project's files. */
export const contracts = /* @__PURE__ */ once(() => contractsOf(knownEventTypes.values(), catalogColumns));

const SHOWN = 3;

/** What an event contradicts, as one text. */
export const detailOf = (found: readonly string[]): string =>
  found.length <= SHOWN
    ? found.join('; ')
    : `${found.slice(0, SHOWN).join('; ')}; and ${found.length - SHOWN} more`;
