/**
 * `npm run simulate -- --rate 10000 --hours 24 [--json]`: a day of a stage in steps of a second, from its packaged
 * template. `--check`: the model against measured runs of the local stage; exit 1 where they differ beyond what
 * docs/scaling.md allows.
 */
import { resolve } from 'node:path';
import { readTemplate } from 'headrace-emulator/template';
import { packageStage } from '../../client/package.ts';
import { checkModel } from '../planner/capacity/check.ts';
import { dayOf } from '../planner/capacity/day.ts';
import { limitsOf } from '../planner/capacity/limits.ts';
import { readOptions, USAGE } from '../planner/capacity/options.ts';
import { linesOf } from '../planner/capacity/report.ts';
import { priceFilePath, readPrices } from '../planner/cost/prices.ts';

const options = readOptions(process.argv.slice(2));
const stage = options.check ? 'local' : options.stage;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

if (options.help) say(USAGE);
else {
  const folder = options.package === undefined ? await packageStage(stage) : resolve(options.package);
  const { limits, facts } = limitsOf(readTemplate(folder));
  if (options.check) {
    const checked = await checkModel({ packageDir: folder, limits, seed: options.seed });
    if (options.json) say(JSON.stringify(checked.document));
    else for (const line of checked.lines) say(line);
    process.exitCode = checked.holds ? 0 : 1;
  } else {
    const result = dayOf(options, limits, facts, readPrices(priceFilePath()));
    if (options.json) say(JSON.stringify(result));
    else for (const line of linesOf(result)) say(line);
  }
}
