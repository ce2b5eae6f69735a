import { isSameScalar, type JsonObject } from '../json/parse.ts';

/**
 * An event's properties with fields that stood beside them moved in. One that says the same there already needs no
 * place; one whose name has another value there goes under `_outer`: neither is lost.
 */
export const withOuter = (
  inside: JsonObject,
  outside: readonly (readonly [string, unknown])[],
): JsonObject => {
  const fresh = outside.filter(
    ([field, value]) => !Object.hasOwn(inside, field) || !isSameScalar(inside[field], value),
  );
  if (fresh.length === 0) return inside;
  const free = fresh.filter(([field]) => !Object.hasOwn(inside, field));
  const clashing = fresh.filter(([field]) => Object.hasOwn(inside, field));
  // Object.fromEntries defines members, where assigning would let a member called __proto__ vanish.
  const moved = { ...inside, ...Object.fromEntries(free) };
  if (clashing.length === 0) return moved;
  let place = '_outer';
  while (Object.hasOwn(moved, place)) place = `_${place}`;
  return { ...moved, [place]: Object.fromEntries(clashing) };
};
