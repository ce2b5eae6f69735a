import type { ProtectedNames } from './protectedPaths.ts';
import type { Protection } from './protection.ts';

/** Names of senders are as many as they like: so many are remembered, then all are forgotten. */
const REMEMBERED = 5_000;
const LONGEST_REMEMBERED = 100;

/** Events have the same few names again and again. */
const remembering = <Made>(make: (name: string) => Made): ((name: string) => Made) => {
  // In a box: what was made may be undefined, and is so of most names.
  const known = new Map<string, { made: Made }>();
  return (name) => {
    const there = known.get(name);
    if (there !== undefined) return there.made;
    const made = make(name);
    if (known.size >= REMEMBERED) known.clear();
    if (name.length <= LONGEST_REMEMBERED) known.set(name, { made });
    return made;
  };
};

/** `First-Name`, `first_name` and `firstName` are one name to personal data. */
export const plainName = remembering((name) => name.toLowerCase().replace(/[_\-.\s]/g, ''));

/** `customerEmail`, `customer_email`, `CUSTOMER-EMAIL` → customer, email */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .split(/[_\-.\s]+/);

/** What to do with a member by its name alone; undefined for most. */
export const ruleByName = ({ whole, ending }: ProtectedNames): ((name: string) => Protection | undefined) => {
  const plain = (names: ReadonlyMap<string, Protection>) =>
    new Map([...names].map(([name, pii]) => [plainName(name), pii]));
  const [wholeNames, endings] = [plain(whole), plain(ending)];
  return remembering((name) => {
    const words = wordsOf(name);
    const ends = words.map((_, index) => endings.get(words.slice(index).join('')));
    return wholeNames.get(plainName(name)) ?? ends.find((pii) => pii !== undefined);
  });
};
