/**
 * `npm run chaos -- --seed N --minutes M [--json]`: traffic under a seeded mix of every fault, then the proof that
 * nothing that was acknowledged is lost or doubled. Exit 0 only then. The stage's data stays in
 * `.headrace/chaos-<seed>/` to be looked at after a failure.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { packageStage } from '../cli/package.ts';
import { runChaos } from './chaos/run.ts';

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

/** Enough ids to look one up by hand. */
const SHOWN = 20;

const began = Date.now();
const report = await runChaos({
  seed,
  seconds: minutes * 60,
  packageDir: values.package === undefined ? await packageStage('local') : resolve(values.package),
  folder: resolve('.headrace', `chaos-${seed}`),
  say: (line) => process.stderr.write(`${line}\n`),
});
const { lost, doubled, strange, martsOff, ...counts } = report;
const holds =
  [lost, doubled, strange, martsOff].every((found) => found.length === 0) && report.acknowledged > 0;
const document = {
  seed,
  ...counts,
  lost: lost.length,
  doubled: doubled.length,
  strange: strange.length,
  martsOff: martsOff.length,
  seconds: (Date.now() - began) / 1_000,
  ...(holds
    ? {}
    : {
        ids: {
          lost: lost.slice(0, SHOWN),
          doubled: doubled.slice(0, SHOWN),
          strange: strange.slice(0, SHOWN),
          martsOff: martsOff.slice(0, SHOWN),
        },
        reproduce: `npm run chaos -- --seed ${seed} --minutes ${minutes} --json; its data: .headrace/chaos-${seed}`,
      }),
};
process.stdout.write(`${JSON.stringify(document, null, values.json ? undefined : 2)}\n`);
process.exitCode = holds ? 0 : 1;
