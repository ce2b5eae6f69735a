import type { Protection } from './protection.ts';

/** A field of the canonical event, by its path: names joined by dots. How they are compared: personalData.ts. */
export type ProtectedPath =
  | 'user_id'
  | 'anonymous_id'
  | 'session_id'
  | `context.${string}`
  | `properties.${string}`;

export type ProtectedPaths = ReadonlyMap<ProtectedPath, Protection>;

/** What Segment's libraries call a person's traits: beside an event, or as the properties of an identify call. */
export const traits: readonly (readonly [string, Protection])[] = [
  ['email', 'hash'],
  ['phone', 'hash'],
  ['username', 'hash'],
  ['firstName', 'drop'],
  ['lastName', 'drop'],
  ['first_name', 'drop'],
  ['last_name', 'drop'],
  ['birthday', 'drop'],
  ['address', 'drop'],
  ['avatar', 'drop'],
];

/**
 * Personal data of every event, of known types and unknown: applied where the stage's param `personalData` says
 * `protected`, and to nothing elsewhere. Beside it columns of the column catalog, and properties of a type, may say `pii`.
 *
 * The ids are not here: they are what events are joined by, and in most apps mean nothing outside it. Where they do
 * (e-mail addresses as user ids), add `['user_id', 'hash']`: joins still work, the hash is the same everywhere.
 */
export const everywhere: ProtectedPaths = new Map<ProtectedPath, Protection>([
  ['context.ip', 'hash'],
  ['context.device.advertisingId', 'hash'],
  ['context.location.latitude', 'drop'],
  ['context.location.longitude', 'drop'],
  ...traits.map(([name, pii]) => [`context.traits.${name}`, pii] as const),
  ...traits.map(([name, pii]) => [`properties.${name}`, pii] as const),
]);
