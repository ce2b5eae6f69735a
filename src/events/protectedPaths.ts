import type { Protection } from './protection.ts';

/** A field of the canonical event, by its path: names joined by dots. How they are compared: names.ts. */
export type ProtectedPath =
  | 'user_id'
  | 'anonymous_id'
  | 'session_id'
  | `context.${string}`
  | `properties.${string}`;

export type ProtectedPaths = ReadonlyMap<ProtectedPath, Protection>;

/** What Segment's libraries call a person's traits: beside an event, or as the properties of an identify call. */
const traits: readonly (readonly [string, Protection])[] = [
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
 * `protected`, and to nothing elsewhere. Beside it columns of the column catalog, and properties of a type, may say
 * `pii`.
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

/** Names of members that are protected at any depth. */
export interface ProtectedNames {
  whole: ReadonlyMap<string, Protection>;
  /** the last words of a longer name, too: `customer_email`, `customerEmail` */
  ending: ReadonlyMap<string, Protection>;
}

/**
 * Names that say what stands under them: protected wherever they stand in properties or context, at any depth and in
 * lists. Compared without case, `_`, `-`, points and spaces, so that `e-mail` and `firstName` are found however they
 * are spelled. Paths above and in the column catalog are compared in the same way.
 */
export const names: ProtectedNames = {
  whole: new Map<string, Protection>([
    ...traits,
    ['emails', 'hash'],
    ['phones', 'hash'],
    ['telephone', 'hash'],
    ['advertisingId', 'hash'],
    ['ip', 'hash'],
    ['ipAddress', 'hash'],
    ['birthDate', 'drop'],
    ['dateOfBirth', 'drop'],
    ['shippingAddress', 'drop'],
    ['billingAddress', 'drop'],
  ]),
  ending: new Map<string, Protection>([
    ['email', 'hash'],
    ['emailAddress', 'hash'],
    ['phone', 'hash'],
    ['phoneNumber', 'hash'],
    ['firstName', 'drop'],
    ['lastName', 'drop'],
  ]),
};
