import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { generated } from '../../scripts/docs/pages.ts';
import { replaceSection, sectionOf } from '../../scripts/docs/section.ts';
import { packaged } from '../helpers/packaged.ts';
import { describeShipped } from '../helpers/shipped.ts';

describeShipped('generated sections of the docs', () => {
  test.each(generated)(
    '$section in $page is what the code says: after a change run npm run docs',
    async ({ page, section, text }) => {
      expect(sectionOf(readFileSync(page, 'utf8'), section)).toBe((await text()).trim());
    },
    200_000,
  );
});

describe('a section of a page', () => {
  const page =
    'Before.\n\n<!-- generated: a -->\nold\n<!-- end -->\n\nBetween.\n\n<!-- generated: b -->\n<!-- end -->\n';

  test('is replaced, and nothing around it', () => {
    const after = replaceSection(page, 'a', '\nnew\n');
    expect(sectionOf(after, 'a')).toBe('new');
    expect(after.replace('\n\nnew\n\n', '\nold\n')).toBe(page);
  });

  test('stays as it is when the same text is written again', () => {
    const once = replaceSection(page, 'b', 'text');
    expect(replaceSection(once, 'b', 'text')).toBe(once);
  });

  test('that the page does not have is an error that shows the two lines it needs', () => {
    expect(() => replaceSection(page, 'c', 'text')).toThrow(
      'The page needs the lines "<!-- generated: c -->" and "<!-- end -->".',
    );
  });
});

test('the way of an event shows every function of the package', async () => {
  const { ofType } = await packaged('prod');
  const picture = sectionOf(readFileSync('docs/architecture.md', 'utf8'), 'way of an event');
  const names = ofType('AWS::Lambda::Function').map(([id]) =>
    id.replace(/LambdaFunction$/, '').replace(/^./, (first) => first.toLowerCase()),
  );
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !new RegExp(`["\\s]${name}[",]`).test(picture))).toEqual([]);
}, 200_000);
