/**
 * `npm run chaos -- --seed N --minutes M [--json]`: traffic under a seeded mix of every fault, then the proof that
 * nothing that was acknowledged is lost or doubled, and that everything stored adds up. Exit 0 only then. The stage's
 * data stays in `.headrace/chaos-<seed>/data`, where the commands of `headrace` look at it.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { noteLastFolder } from '../client/dataFolders.ts';
import { packageStage } from '../client/package.ts';
import { dataFolderOf, runChaos } from './chaos/run.ts';
import { verdictOf } from './chaos/verdict.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    /** package folder: packaged anew by default */
    package: { type: 'string' },
  },
});
const { seed, minutes } = z
  .object({ seed: z.coerce.number().int().min(0), minutes: z.coerce.number().positive().max(600) })
  .parse(values);

const began = Date.now();
const folder = resolve('.headrace', `chaos-${seed}`);
noteLastFolder(dataFolderOf(folder));
const report = await runChaos({
  seed,
  seconds: minutes * 60,
  packageDir: values.package === undefined ? await packageStage('local') : resolve(values.package),
  folder,
  say: (line) => process.stderr.write(`${line}\n`),
});
const { holds, document } = verdictOf({ seed, minutes }, report, (Date.now() - began) / 1_000);
process.stdout.write(`${JSON.stringify(document, null, values.json ? undefined : 2)}\n`);
process.exitCode = holds ? 0 : 1;
