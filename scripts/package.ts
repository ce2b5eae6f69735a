import { relative } from 'node:path';
import { messageOf } from '../cli/failure.ts';
import { packageStage } from '../cli/package.ts';

// npm run package [-- stage]: prints the folder of the package, and nothing else, on stdout.
try {
  const folder = await packageStage(process.argv[2] ?? 'prod');
  console.log(relative(process.cwd(), folder) || folder);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
