import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../client/failure.ts';
import { lineOf, templateDifferences } from './templateDifferences.ts';

// npm run compare:templates -- OLD_PACKAGE_FOLDER NEW_PACKAGE_FOLDER: how the CloudFormation templates of two packages
// differ, as after `npm run package` before a change and after it. Exit 1 if anything but descriptions differs.

const templates = ['cloudformation-template-create-stack.json', 'cloudformation-template-update-stack.json'];

const templateIn = (folder: string, name: string): unknown =>
  JSON.parse(readFileSync(join(folder, name), 'utf8'));

try {
  const [before, after, ...others] = process.argv.slice(2);
  if (before === undefined || after === undefined || others.length > 0)
    throw new Error('Give two package folders: compareTemplates.ts OLD_PACKAGE_FOLDER NEW_PACKAGE_FOLDER');
  const found = templates.flatMap((name) => {
    const differences = templateDifferences(templateIn(before, name), templateIn(after, name));
    return differences.map((one) => ({ ...one, path: `${name}: ${one.path}` }));
  });
  for (const one of found) console.log(lineOf(one));
  const descriptions = found.filter(({ isDescription }) => isDescription).length;
  console.log(`${found.length} differences, ${descriptions} of them in descriptions only.`);
  if (found.length > descriptions) process.exitCode = 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 2;
}
