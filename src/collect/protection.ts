import { createHmac, createSecretKey } from 'node:crypto';
import type { CanonicalEvent } from '../events/envelope.ts';
import { personalData, type Registry } from '../events/personalData.ts';
import type { Protection } from '../events/protection.ts';
import { isObject, type JsonObject } from '../json/parse.ts';
import { eventRules, type Rules, rejectedRules } from './rules.ts';
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

/** Every text and number below a value; a number as its decimal text, as ids are. An empty text says nothing of anybody. */
const hashOf = (value: unknown, hash: Hash): unknown => {
  if (value === null || value === '') return value;
  if (typeof value === 'string') return hash(value);
  if (typeof value !== 'object') return hash(String(value));
  if (JSON.isRawJSON(value)) return hash(value.rawJSON);
  if (Array.isArray(value)) return value.map((one) => hashOf(one, hash));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hashOf(one, hash)]));
};

const protectedValue = (value: unknown, rule: Rules | Protection, hash: Hash): unknown => {
  if (typeof rule === 'string') return hashOf(value, hash);
  if (Array.isArray(value)) return value.map((one) => protectedValue(one, rule, hash));
  return isObject(value) ? protectedObject(value, rule, hash) : value;
};

const outerName = /^_+outer$/;

const protectedObject = (object: JsonObject, rules: Rules, hash: Hash): JsonObject => {
  let copy: JsonObject | undefined;
  const protect = (name: string, rule: Rules | Protection): void => {
    copy ??= { ...object };
    // No rule is called __proto__, so assigning makes a member.
    if (rule === 'drop') delete copy[name];
    else copy[name] = protectedValue(object[name], rule, hash);
  };
  for (const [name, rule] of rules.members) if (Object.hasOwn(object, name)) protect(name, rule);
  if (rules.outer) {
    for (const name of Object.keys(object)) if (outerName.test(name)) protect(name, rules);
  }
  return copy ?? object;
};

/** An id of the envelope, which is there in any case: dropped it is null. */
const protectedId = (id: string | null, rule: Rules | Protection | undefined, hash: Hash): string | null => {
  if (id === null || rule === undefined || typeof rule === 'object') return id;
  return rule === 'drop' ? null : hash(id);
};

const protectedEvent = (event: CanonicalEvent, { members }: Rules, hash: Hash): CanonicalEvent => {
  const below = (name: 'context' | 'properties'): JsonObject => {
    const rules = members.get(name);
    return typeof rules === 'object' ? protectedObject(event[name], rules, hash) : event[name];
  };
  return {
    ...event,
    user_id: protectedId(event.user_id, members.get('user_id'), hash),
    anonymous_id: protectedId(event.anonymous_id, members.get('anonymous_id'), hash),
    session_id: protectedId(event.session_id, members.get('session_id'), hash),
    context: below('context'),
    properties: below('properties'),
  };
};

/**
 * The protection that a registry asks for, with the stage's key. Hashes are HMAC-SHA-256 over the text as UTF-8,
 * written `hmac:` and 64 hexadecimal digits.
 */
export const protectionWith = (secret: string, registry: Registry = personalData()): EventProtection => {
  const hash = hashWith(secret);
  const everywhere = eventRules(registry.everywhere);
  const ofType = new Map([...registry.ofType].map(([name, paths]) => [name, eventRules(paths)]));
  const rules = rejectedRules(registry);
  return {
    event: (event) => protectedEvent(event, ofType.get(event.event_name) ?? everywhere, hash),
    rejectedText({ value, text }) {
      const unread = (): string | undefined => (registry.unreadable === 'keep' ? text() : undefined);
      if (!isObject(value)) return unread();
      try {
        // Always written anew: where a member stands twice, the text has one that no rule has seen.
        return JSON.stringify(protectedObject(value, rules, hash));
      } catch (error) {
        // Nested deeper than the stack is: rejected for that, and as good as unreadable.
        if (error instanceof RangeError) return unread();
        throw error;
      }
    },
  };
};
