/** The names of the event types we know; the collector is told them. */
export interface KnownNames {
  keys(): Iterable<string>;
}

/** `Order Completed`, `orderCompleted`, `order-completed` → `order_completed`. */
const snakeCase = (name: string): string =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();

/** Each known name by itself, and by the one form that its spellings come to. */
export type Spellings = ReadonlyMap<string, string>;

export const spellingsOf = (known: KnownNames): Spellings => {
  const names = [...known.keys()];
  // A name as it is comes last: what is written so means that one and no other.
  return new Map([
    ...names.map((name) => [snakeCase(name), name] as const),
    ...names.map((name) => [name, name] as const),
  ]);
};

/** The name of the known event type that a sender's spelling means; any other name as it was sent. */
export const knownOr = (name: unknown, known: Spellings): unknown =>
  typeof name === 'string' ? (known.get(name) ?? known.get(snakeCase(name)) ?? name) : name;
