/** Writes every generated section of the docs anew: `npm run docs`. The simulated days take a minute or two. */
import { readFileSync, writeFileSync } from 'node:fs';
import { writeOpenApi } from './openApi.ts';
import { generated } from './pages.ts';
import { daysSection } from './plannerPages.ts';
import { replaceSection } from './section.ts';
import { recordFiles } from './shippedFiles.ts';

for (const { page, section, text } of [...generated, daysSection]) {
  const before = readFileSync(page, 'utf8');
  const after = replaceSection(before, section, await text());
  if (after === before) continue;
  writeFileSync(page, after);
  process.stdout.write(`${page}: ${section}\n`);
}

writeOpenApi();

// Last: a run that stops in between has not written all for these files.
recordFiles();
