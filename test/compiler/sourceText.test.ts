import { expect, test } from '@jest/globals';
import { parseSource, sourceText } from '../../compiler/events/source.ts';
import type { Source } from '../../src/events/eventType.ts';
import { fc } from '../helpers/fastCheck.ts';

test('a place that is written is read as the same place', () => {
  const name = fc.oneof(fc.constantFrom('context', 'a.b', '\\', '.', 'total'), fc.string({ minLength: 1 }));
  const place: fc.Arbitrary<Source> = fc.record({
    in: fc.constantFrom('properties', 'context'),
    path: fc.array(name, { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(place, (source) => {
      expect(parseSource(sourceText(source))).toEqual(source);
    }),
  );
});
