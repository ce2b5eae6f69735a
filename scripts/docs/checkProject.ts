/** Whether the docs were written for the files of events/ and queries/ that are there: `npm run check:docs`. */
import { sinceTheDocs } from './shippedFiles.ts';

const changed = sinceTheDocs();
if (changed.length > 0) {
  process.stderr.write(`${changed.join('\n')}\nThe docs were written for other files. Run: npm run docs\n`);
  process.exitCode = 1;
}
