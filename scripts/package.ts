import { relative } from 'node:path';
import { messageOf } from '../cli/failure.ts';
import { packageStage } from '../cli/package.ts';

// npm run package [-- stage …]: prints the folder of each package, and nothing else, on stdout.
const [, , ...stages] = process.argv;
try {
  for (const stage of stages.length > 0 ? stages : ['prod']) {
    const folder = await packageStage(stage);
    console.log(relative(process.cwd(), folder) || folder);
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
