import { createHmac, createSecretKey } from 'node:crypto';
import type { CanonicalEvent } from '../events/envelope.ts';
import { plainName, ruleByName } from '../events/names.ts';
import { personalData, type Registry } from '../events/personalData.ts';
import type { Protection } from '../events/protection.ts';
import { isObject, type JsonObject } from '../json/parse.ts';
import { eventRules, noRules, type Rules, rejectedRules } from './rules.ts';
import type { SentEvent } from './sentEvent.ts';

/** Takes personal data out of events before they touch the stream. Pure; what it gives shares what it left alone. */
export interface EventProtection {
  event(event: CanonicalEvent): CanonicalEvent;
  /** The text that quarantine may have of a rejected event; undefined: none, it could not be read. */
  rejectedText(sent: SentEvent): string | undefined;
}

type Hash = (text: string) => string;

/** What a hash looks like, so that an event that is sent again (a replay) is not hashed twice. */
const hashed = /^hmac:[0-9a-f]{64}$/;

/** The events of a request are often one person's: so many hashes are remembered, then all are forgotten. */
const REMEMBERED = 2_000;
const LONGEST_REMEMBERED = 256;

const hashWith = (secret: string): Hash => {
  const key = createSecretKey(secret, 'utf8');
  const known = new Map<string, string>();
  const make = (text: string): string => {
    const made = hashed.test(text)
      ? text
      : `hmac:${createHmac('sha256', key).update(text, 'utf8').digest('hex')}`;
    if (known.size >= REMEMBERED) known.clear();
    if (text.length <= LONGEST_REMEMBERED) known.set(text, made);
    return made;
  };
  return (text) => known.get(text) ?? make(text);
};

/**
 * Every text and number below a value; a number as its decimal text, as ids are. An empty text says nothing of anybody.
 */
const hashOf = (value: unknown, hash: Hash): unknown => {
  if (value === null || value === '') return value;
  if (typeof value === 'string') return hash(value);
  if (typeof value !== 'object') return hash(String(value));
  if (JSON.isRawJSON(value)) return hash(value.rawJSON);
  if (Array.isArray(value)) return value.map((one) => hashOf(one, hash));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hashOf(one, hash)]));
};

/** What a walk through an event needs besides the rules of the place where it is. */
interface Means {
  hash: Hash;
  byName: (name: string) => Protection | undefined;
}

const nothingHere = noRules();
const outerName = /^_+outer$/;

/** The rule for a member. One that only its name asks for leaves `true` and `false`: they say nothing of anybody. */
const ruleOf = (name: string, value: unknown, rules: Rules, { byName }: Means): Rules | Protection => {
  const told = rules.members.get(plainName(name));
  if (typeof told === 'string' || (told !== undefined && typeof value === 'object')) return told;
  if (rules.outer && outerName.test(name)) return rules;
  return (typeof value === 'boolean' ? undefined : byName(name)) ?? nothingHere;
};

const protectedList = (list: readonly unknown[], rules: Rules, means: Means): readonly unknown[] => {
  const made = list.map((one) => protectedValue(one, rules, means));
  return made.some((one, index) => one !== list[index]) ? made : list;
};

const protectedValue = (value: unknown, rule: Rules | Protection, means: Means): unknown => {
  if (typeof rule === 'string') return hashOf(value, means.hash);
  if (Array.isArray(value)) return protectedList(value, rule, means);
  return isObject(value) ? protectedObject(value, rule, means) : value;
};

/** The object itself where nothing in it is protected. */
const protectedObject = (object: JsonObject, rules: Rules, means: Means): JsonObject => {
  let copy: JsonObject | undefined;
  for (const [name, value] of Object.entries(object)) {
    const rule = ruleOf(name, value, rules, means);
    const made = rule === 'drop' ? undefined : protectedValue(value, rule, means);
    if (made === value) continue;
    copy ??= { ...object };
    // The member is the copy's own, also one called __proto__: assigning changes nothing else.
    if (rule === 'drop') delete copy[name];
    else copy[name] = made;
  }
  return copy ?? object;
};

/** An id of the envelope, which is there in any case: dropped it is null. */
const protectedId = (id: string | null, rule: Rules | Protection | undefined, hash: Hash): string | null => {
  if (id === null || rule === undefined || typeof rule === 'object') return id;
  return rule === 'drop' ? null : hash(id);
};

const protectedEvent = (event: CanonicalEvent, { members }: Rules, means: Means): CanonicalEvent => {
  const { hash } = means;
  const below = (name: 'context' | 'properties'): JsonObject => {
    const rules = members.get(name);
    return protectedObject(event[name], typeof rules === 'object' ? rules : nothingHere, means);
  };
  return {
    ...event,
    user_id: protectedId(event.user_id, members.get(plainName('user_id')), hash),
    anonymous_id: protectedId(event.anonymous_id, members.get(plainName('anonymous_id')), hash),
    session_id: protectedId(event.session_id, members.get(plainName('session_id')), hash),
    context: below('context'),
    properties: below('properties'),
  };
};

/**
 * The protection that a registry asks for, with the stage's key. Hashes are HMAC-SHA-256 over the text as UTF-8,
 * written `hmac:` and 64 hexadecimal digits.
 */
export const protectionWith = (secret: string, registry: Registry = personalData()): EventProtection => {
  const means: Means = { hash: hashWith(secret), byName: ruleByName(registry.names) };
  const everywhere = eventRules(registry.everywhere);
  const ofType = new Map([...registry.ofType].map(([name, paths]) => [name, eventRules(paths)]));
  const rules = rejectedRules(registry);
  return {
    event: (event) => protectedEvent(event, ofType.get(event.event_name) ?? everywhere, means),
    rejectedText({ value, text }) {
      const unread = (): string | undefined => (registry.unreadable === 'keep' ? text() : undefined);
      if (!isObject(value) && (registry.unreadable === 'drop' || !Array.isArray(value))) return unread();
      try {
        // Always written anew: where a member stands twice, the text has one that no rule has seen.
        return JSON.stringify(protectedValue(value, rules, means));
      } catch (error) {
        // Nested deeper than the stack is: rejected for that, and as good as unreadable.
        if (error instanceof RangeError) return unread();
        throw error;
      }
    },
  };
};
