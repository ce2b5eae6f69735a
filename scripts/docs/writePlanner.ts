/** Writes what the planner makes of docs/: `npm run docs:planner`. The simulated days take a minute or two. */
import { readFileSync, writeFileSync } from 'node:fs';
import { daysSection, plannerSections } from './plannerPages.ts';
import { replaceSection } from './section.ts';

for (const { page, section, text } of [...plannerSections, daysSection]) {
  const before = readFileSync(page, 'utf8');
  const after = replaceSection(before, section, await text());
  if (after !== before) writeFileSync(page, after);
}
