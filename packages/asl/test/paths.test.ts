import { describe, expect, test } from '@jest/globals';
import { parsePath } from '../src/paths/parse.ts';
import { evaluate } from '../src/paths/path.ts';
import type { Json } from '../src/values.ts';

const shop: Json = {
  'delivery-partner': 'UQS',
  items: [
    { id: 1, price: 5, tags: ['a'] },
    { id: 2, price: 15 },
    { id: 3, price: 25, tags: ['a', 'b'] },
  ],
  nested: { id: 9, deeper: { id: 10 } },
};
const at = (text: string, root: Json = shop) => evaluate(parsePath(text), root);

describe('JSONPath', () => {
  test.each([
    ['$', shop],
    ['$.delivery-partner', 'UQS'],
    ["$['nested']['id']", 9],
    ['$.items[0].id', 1],
    ['$.items[-1].id', 3],
    ['$.nested.deeper', { id: 10 }],
  ])('%s names one value', (text, wanted) => {
    expect(at(text)).toEqual(wanted);
  });

  test.each([
    ['$.items[*].id', [1, 2, 3]],
    ['$.items[0:2].id', [1, 2]],
    ['$.items[1:].id', [2, 3]],
    ['$.items[-2:].id', [2, 3]],
    ['$.items[::2].id', [1, 3]],
    ['$.items[0,2].id', [1, 3]],
    ["$.nested['id','none']", [9]],
    ['$..id', [1, 2, 3, 9, 10]],
    ['$.nested.*', [9, { id: 10 }]],
    ['$.items[*].none', []],
    ['$.none[*]', []],
  ])('%s names any number of values, none as an empty array', (text, wanted) => {
    expect(at(text)).toEqual(wanted);
  });

  test.each([
    ['$.items[?(@.price > 10)].id', [2, 3]],
    ['$.items[?(@.price > 10 && @.tags)].id', [3]],
    ['$.items[?(@.price < 10 || @.id == 3)].id', [1, 3]],
    ['$.items[?(!(@.tags))].id', [2]],
    ["$.items[?(@.tags[0] == 'a')].id", [1, 3]],
    ['$.items[?(@.id == $.items[1].id)].id', [2]],
    ["$.items[?(@.price > '10')].id", []],
  ])('%s filters', (text, wanted) => {
    expect(at(text)).toEqual(wanted);
  });

  test('an index beyond the array, a name in an array and an inherited name are no values', () => {
    for (const text of ['$.items[3]', '$.items.length', '$.constructor', '$.nested.toString']) {
      expect(at(text)).toBeUndefined();
    }
  });

  test.each([
    '',
    'a',
    '$.',
    '$.a[',
    '$.a[1',
    "$['a",
    '$.a.length()',
    '$.a[?(@.b =~ /x/)]',
    '$.a[?(process.exit())]',
    '$.a b',
  ])('%j is refused rather than guessed', (text) => {
    expect(() => parsePath(text)).toThrow(SyntaxError);
  });
});
