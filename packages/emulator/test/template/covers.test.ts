import { expect, test } from '@jest/globals';
import type { Json } from '../../src/contracts.ts';
import { isCovered } from '../../src/template/provision/covers.ts';

test.each<[Json, Json, boolean, string]>([
  [{ a: 1 }, { a: 1, created: 5 }, true, 'what is there may hold more'],
  [{ a: 1 }, { a: 2 }, false, 'another value'],
  [{ a: 'x' }, {}, false, 'a value that is missing'],
  [[1, 2], [1, 2, 3], false, 'a list that has grown'],
  [[{ Name: 'a' }], [{ Name: 'a', Comment: '' }], true, 'items of a list may hold more'],
  [{ a: {} }, {}, true, 'an empty object asks for nothing'],
  [{ a: true }, { a: 'true' }, true, 'text and value of a boolean'],
  [{ a: '' }, {}, true, 'no text is empty text'],
])('%j is covered by %j: %s (%s)', (wanted, there, expected) => {
  expect(isCovered(wanted, there)).toBe(expected);
});
