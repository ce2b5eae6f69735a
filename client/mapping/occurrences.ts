import { hash } from 'node:crypto';
import { CliError } from '../failure.ts';
import { count } from '../format.ts';

/** 1.7 GB of memory, at 12 bytes each and a table that is never more than three quarters full. */
const MAX_TEXTS = 100_000_000;

const TABLES = 256;
const FIRST_SLOTS = 64;

/** Open addressing: two words of a digest a slot, and how often it has come. */
interface Table {
  keys: Uint32Array;
  counts: Uint32Array;
  used: number;
}

const emptyTable = (slots: number): Table => ({
  keys: new Uint32Array(2 * slots),
  counts: new Uint32Array(slots),
  used: 0,
});

const slotOf = ({ keys, counts }: Table, high: number, low: number): number => {
  const last = counts.length - 1;
  let slot = low & last;
  while (counts[slot] !== 0 && (keys[2 * slot] !== high || keys[2 * slot + 1] !== low))
    slot = (slot + 1) & last;
  return slot;
};

const grown = (table: Table): Table => {
  const larger = { ...emptyTable(table.counts.length * 2), used: table.used };
  for (const [slot, times] of table.counts.entries()) {
    if (times === 0) continue;
    const [high = 0, low = 0] = [table.keys[2 * slot], table.keys[2 * slot + 1]];
    const place = slotOf(larger, high, low);
    larger.keys[2 * place] = high;
    larger.keys[2 * place + 1] = low;
    larger.counts[place] = times;
  }
  return larger;
};

/**
 * How often each text has come before: what tells equal events without an id apart. Nothing is forgotten; more texts than
 * there is room for end the command. Of each text 64 bits of its digest are kept: two that have them in common (one chance in
 * 4,000 among 100 million) are counted together, which makes an id longer and no event another.
 */
export class Occurrences {
  // Many small tables: they grow one by one, so that no moment needs twice the memory.
  readonly #tables: Table[] = Array.from({ length: TABLES }, () => emptyTable(FIRST_SLOTS));
  readonly #max: number;
  #texts = 0;

  constructor(max = MAX_TEXTS) {
    this.#max = max;
  }

  /** `digest`: hexadecimal, 24 digits at least. */
  before(digest: string): number {
    const index = Number.parseInt(digest.slice(0, 2), 16);
    const high = Number.parseInt(digest.slice(2, 10), 16);
    const low = Number.parseInt(digest.slice(10, 18), 16);
    let table = this.#tables[index] ?? emptyTable(FIRST_SLOTS);
    if (table.used * 4 >= table.counts.length * 3) table = grown(table);
    this.#tables[index] = table;
    const slot = slotOf(table, high, low);
    const times = table.counts[slot] ?? 0;
    table.counts[slot] = times + 1;
    if (times === 0) this.#add(table, slot, high, low);
    return times;
  }

  #add(table: Table, slot: number, high: number, low: number): void {
    if (this.#texts === this.#max)
      throw new CliError(
        `There are more than ${count(this.#max)} different events without an id, and no memory to tell further ones from them.`,
        'Name the field that holds the id (--id FIELD), or give the input in several parts.',
      );
    this.#texts += 1;
    table.used += 1;
    table.keys[2 * slot] = high;
    table.keys[2 * slot + 1] = low;
  }
}

/**
 * Ids for events that have none: made of the event's text, and of how often that text has come before in the whole
 * input. So the same input gives the same ids, and equal events stay as many as they are.
 */
export const idMaker = (): ((text: string) => string) => {
  const occurrences = new Occurrences();
  return (text) => {
    const digest = hash('sha256', text, 'hex').slice(0, 32);
    const before = occurrences.before(digest);
    return before === 0 ? digest : `${digest}-${before}`;
  };
};
