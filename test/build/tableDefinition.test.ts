import '../helpers/shop.ts';
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { partsDefinition, tableDefinition } from '../../src/build/engine/sql.ts';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

test('the statements of a build are those of before: any other text has every hour that changes built by new rules', () => {
  // A change that is meant is a line in CHANGELOG.md: hours that are built are then built anew when something lands in them.
  expect(digestOf(tableDefinition)).toBe('a9461de3e6a99025');
  expect(digestOf(partsDefinition)).toBe('3669a693458e0b52');
});
