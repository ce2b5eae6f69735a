import './projectFirst.ts';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { queryNotes } from '../cli/planner/notes.ts';
import { knownStage, timeZoneIn } from '../cli/planner/stages.ts';
import { messageOf, nextStepAfter } from '../client/failure.ts';
import { packageStage } from '../client/package.ts';
import { givenParams } from './givenParams.ts';

// npm run package [-- stage … --param name=value …]: prints the folder of each package, and nothing else, on stdout.
try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { param: { type: 'string', multiple: true, default: [] } },
  });
  const params = givenParams(values.param);
  const stages = positionals.length > 0 ? positionals : ['prod'];
  for (const stage of stages) {
    const folder = await packageStage(knownStage(stage), params);
    console.log(relative(process.cwd(), folder) || folder);
  }
  const notes = stages.flatMap((stage) => queryNotes(params.timeZone ?? timeZoneIn(stage)));
  for (const note of new Set(notes)) console.error(`Note: ${note}`);
} catch (error) {
  console.error([messageOf(error), nextStepAfter(error) ?? ''].join('\n').trim());
  process.exitCode = 1;
}
