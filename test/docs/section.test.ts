import { describe, expect, test } from '@jest/globals';
import { replaceSection, sectionOf } from '../../scripts/docs/section.ts';

describe('a generated section of a page', () => {
  const page =
    '# A\n\n<!-- generated: one -->\n\nold\n\n<!-- end -->\n\nby hand\n\n<!-- generated: two -->\n<!-- end -->\n';

  test('takes a new text, and the rest of the page stays', () => {
    const changed = replaceSection(page, 'one', 'new\n');
    expect(changed).toBe(page.replace('old', 'new'));
    expect(sectionOf(replaceSection(changed, 'two', 'last'), 'two')).toBe('last');
  });

  test('must be there', () => {
    expect(() => sectionOf(page, 'three')).toThrow('<!-- generated: three -->');
  });
});
