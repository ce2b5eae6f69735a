import { join } from 'node:path';
import { messageOf } from '../client/failure.ts';
import { packageStage } from '../client/package.ts';
import { resourcesOf } from './resourceList.ts';
import { retainedTemplate } from './retainedTemplate.ts';

// npm run --silent adopt:template -- STAGE ACCOUNT: the part of the stage's template that `sls remove` leaves in the
// account, for a stack that takes it over again before `sls deploy` adds the rest. How: docs/guides/deploy.md, "Coming
// back".
try {
  const [, , stage = 'prod', account = ''] = process.argv;
  const folder = await packageStage(stage);
  const [resources, core] = ['update', 'create'].map((kind) =>
    resourcesOf(join(folder, `cloudformation-template-${kind}-stack.json`)),
  );
  const { template, byHand } = retainedTemplate(resources ?? {}, core ?? {}, account);
  console.log(JSON.stringify(template, null, 2));
  if (byHand.length > 0) console.error(`Not in it, to be imported by hand: ${byHand.join(', ')}.`);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
