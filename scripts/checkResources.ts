import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageStage } from '../client/package.ts';
import { difference, listed, resourcesOf } from './resourceList.ts';

// npm run check:resources [-- BASE_TEMPLATE …]: what deploying this work tree would do to stacks that were deployed
// from those templates, in Markdown; the file's name says the stage. Without a base: writes test/template/resources.txt
// anew.
const TEMPLATE = 'cloudformation-template-update-stack.json';

const titles = {
  replaced: 'Replaced: what they hold does not move along',
  removed: 'Removed',
  added: 'Added',
  changed: 'Changed in place',
} as const;

const packagedTemplate = async (stage: string): Promise<string> => join(await packageStage(stage), TEMPLATE);

const report = async (base: string): Promise<string> => {
  const stage = /([a-z][a-z0-9]*)\.json$/.exec(base)?.[1] ?? 'prod';
  const found = difference(resourcesOf(base), resourcesOf(await packagedTemplate(stage)));
  const parts = (['replaced', 'removed', 'added', 'changed'] as const)
    .filter((kind) => found[kind].length > 0)
    .map((kind) => `**${titles[kind]}**\n\n${found[kind].map((line) => `- ${line}`).join('\n')}`);
  return [`### Stage ${stage}`, ...(parts.length > 0 ? parts : ['No resource changes.'])].join('\n\n');
};

const [, , ...bases] = process.argv;
const missing = bases.filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(`There is no template at ${missing.join(', ')}.`);
  process.exitCode = 1;
} else if (bases.length === 0) {
  const path = 'test/template/resources.txt';
  writeFileSync(path, `${listed(resourcesOf(await packagedTemplate('prod'))).join('\n')}\n`);
  console.log(`${path} is that of the packaged template now.`);
} else {
  for (const base of bases) console.log(`${await report(base)}\n`);
}
