/**
 * What is done to a field with personal data before the event enters the stream.
 *   hash  a keyed hash takes its place: the same value has the same hash in every event of the stage, so joins work,
 *         and nobody without the key can go back or try values
 *   drop  the field is gone
 */
export type Protection = 'hash' | 'drop';
