import type { Item } from '../../client/input/item.ts';
import { lineOf } from '../../src/collect/canonical.ts';
import type { Stamp } from '../../src/collect/line.ts';
import { native } from '../../src/collect/protocols/native.ts';
import { isProblem } from '../../src/collect/request.ts';
import { type Contracts, contractsOf } from '../../src/events/contract/contracts.ts';
import type { CatalogColumn, EventType } from '../../src/events/eventType.ts';
import { DAY_MS } from '../../src/json/instants.ts';

/** What the collector would make of one event of a file. */
export type Judgement =
  | { line: number; fate: 'accepted' }
  | { line: number; fate: 'warned'; event: string; detail: string }
  | { line: number; fate: 'rejected'; reason: string; detail: string };

interface EventTypes {
  eventTypes: readonly EventType[];
  columns: readonly CatalogColumn[];
}

/** Every event type is judged: what its file does not have rejected is a warning. */
const toldContracts = ({ eventTypes, columns }: EventTypes): Contracts =>
  contractsOf(
    eventTypes.map((type): EventType => {
      const contract = type.contract ?? { strict: false, columns: {} };
      return contract.strict === false ? { ...type, contract: { ...contract, strict: 'warn' } } : type;
    }),
    columns,
  );

const stampOf = (types: EventTypes, receivedAt: Date, maxAgeDays: number): Stamp => ({
  source: 'validate',
  receivedAt,
  receivedText: receivedAt.toISOString(),
  newId: () => 'validate',
  maxEventAgeMs: maxAgeDays * DAY_MS,
  contracts: toldContracts(types),
});

/** Judges events of a file as the collector would that received them now: by its own code, in the native form. */
export const judging = (
  types: EventTypes,
  receivedAt: Date,
  maxAgeDays: number,
): ((items: readonly Item[]) => Judgement[]) => {
  const stamp = stampOf(types, receivedAt, maxAgeDays);
  const collected = (texts: readonly string[]) => {
    // One line more than there are: a body of one line could be taken for a batch.
    const reading = native.read([...texts, '{}'].join('\n'), true);
    if (isProblem(reading)) throw new Error(`The collector's reading failed: ${reading.message}`);
    return reading.events.slice(0, -1).map((event) => lineOf(event, reading.draftOf, stamp));
  };
  return (items) =>
    items.map((item): Judgement => {
      const { line, text, flaw } = item;
      if (flaw !== undefined) return { line, fate: 'rejected', ...flaw };
      const [made] = collected([text]);
      if (made === undefined) throw new Error('The collector made nothing of an event.');
      if ('refused' in made) return { line, fate: 'rejected', ...made.refused };
      return made.contradicts === undefined
        ? { line, fate: 'accepted' }
        : { line, fate: 'warned', ...made.contradicts };
    });
};
