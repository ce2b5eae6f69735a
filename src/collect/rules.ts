import { plainName } from '../events/names.ts';
import type { Registry } from '../events/personalData.ts';
import type { ProtectedPath, ProtectedPaths } from '../events/protectedPaths.ts';
import type { Protection } from '../events/protection.ts';

/** What to protect below an object, member by member. */
export interface Rules {
  /** by their plain names */
  members: Map<string, Rules | Protection>;
  /** Members moved in from beside the properties may stand under `_outer` (outer.ts): they have the same rules. */
  outer: boolean;
}

export const noRules = (): Rules => ({ members: new Map(), outer: false });

/** A path below one that is protected already has no say; of two that meet, `drop` wins. */
const add = (rules: Rules, path: readonly string[], pii: Protection): void => {
  const [sent = '', ...rest] = path;
  const name = plainName(sent);
  const there = rules.members.get(name);
  if (there === 'drop' || (there === 'hash' && rest.length > 0)) return;
  if (rest.length === 0) {
    rules.members.set(name, pii);
    return;
  }
  const below = typeof there === 'object' ? there : noRules();
  rules.members.set(name, below);
  add(below, rest, pii);
};

/**
 * Where the collector itself writes an id twice: the session of RudderStack's context, the user of an alias call, what
 * Snowplow's trackers know besides the id that is taken.
 */
const copies: Readonly<Partial<Record<ProtectedPath, readonly ProtectedPath[]>>> = {
  session_id: ['context.sessionId', 'context.snowplow.contexts.data.sessionId'],
  anonymous_id: ['context.snowplow.contexts.data.userId', 'context.snowplow.tnuid', 'context.snowplow.nuid'],
  user_id: ['properties.previous_id'],
};

const withCopies = (paths: ProtectedPaths): [string, Protection][] => [
  ...[...paths].flatMap(([path, pii]) =>
    (copies[path] ?? []).map((copy): [string, Protection] => [copy, pii]),
  ),
  ...paths,
];

/** Rules of canonical events: below the root stand the ids, `context` and `properties`. */
export const eventRules = (paths: ProtectedPaths): Rules => {
  const rules = noRules();
  for (const [path, pii] of withCopies(paths)) add(rules, path.split('.'), pii);
  const properties = rules.members.get('properties');
  if (typeof properties === 'object') properties.outer = true;
  return rules;
};

/** What Snowplow's trackers call the ids of the envelope. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  user_id: ['uid'],
  anonymous_id: ['duid', 'tnuid', 'nuid', 'co.data.data.userId'],
  session_id: ['sid', 'co.data.data.sessionId'],
};

/** The places where a field may stand in an event as some protocol sends it. */
const placesOf = (path: string): string[][] => {
  const [first = '', ...rest] = path.split('.');
  if (first === 'context') return [[first, ...rest]];
  // Flat events have their properties at the top, Segment's identify and group calls among the traits.
  if (first === 'properties') return [['properties', ...rest], ['traits', ...rest], rest];
  return [[first], ...(otherNames[first] ?? []).map((name) => name.split('.'))];
};

/**
 * Rules of rejected events: nobody can say what they are, so those of all types hold, wherever a protocol has a field.
 */
export const rejectedRules = ({ everywhere, ofType }: Registry): Rules => {
  const rules = noRules();
  for (const paths of [everywhere, ...ofType.values()]) {
    for (const [path, pii] of withCopies(paths)) for (const place of placesOf(path)) add(rules, place, pii);
  }
  for (const name of ['properties', 'traits']) {
    const below = rules.members.get(name);
    if (typeof below === 'object') below.outer = true;
  }
  return rules;
};
