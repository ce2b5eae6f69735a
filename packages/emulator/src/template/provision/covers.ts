import type { Json } from '../../contracts.ts';

/** Does what is there say everything that is wanted? Lists must be equal in length; objects there may hold more. */
export const isCovered = (wanted: Json | undefined, there: Json | undefined): boolean => {
  if (wanted === undefined || wanted === null) return true;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(there) &&
      wanted.length === there.length &&
      wanted.every((item, index) => isCovered(item, there[index]))
    );
  }
  if (typeof wanted !== 'object') return String(wanted) === String(there ?? '');
  // An empty object asks for nothing: services leave it out when they describe themselves.
  if (typeof there !== 'object' || there === null || Array.isArray(there))
    return Object.keys(wanted).length === 0;
  return Object.entries(wanted).every(([key, value]) => isCovered(value, there[key]));
};
