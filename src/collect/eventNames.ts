/** The names of the event types we know; the collector is told them. */
export interface KnownNames {
  has(name: string): boolean;
}

/** `Order Completed`, `orderCompleted`, `order-completed` → `order_completed`. */
const snakeCase = (name: string): string =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();

/** The name of the known event type that a sender's spelling means; any other name as it was sent. */
export const knownOr = (name: unknown, known: KnownNames): unknown => {
  if (typeof name !== 'string') return name;
  const spelled = snakeCase(name);
  return known.has(spelled) ? spelled : name;
};
