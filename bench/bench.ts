/**
 * `npm run bench [-- --only NAME] [--json]`: what the pipeline does, side by side with the machine's limit and with
 * what a user would pick instead. One line of JSON a case on stdout with --json, else a table; progress on stderr.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { packageStage } from '../client/package.ts';
import { cases } from './cases/registry.ts';
import type { BenchContext } from './harness/case.ts';
import { machine } from './harness/machine.ts';
import { type Line, line, table } from './harness/report.ts';

const { values } = parseArgs({
  options: {
    /** may be given more than once */
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    /** package folder of the stage local: packaged anew by default */
    package: { type: 'string' },
    /** of the traffic's length: less than 1 to try the harness, whose figures are then not those of the table */
    scale: { type: 'string', default: '1' },
  },
});

const names = cases.map(({ name }) => name);
const unknown = values.only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no case "${unknown.join('", "')}". There are: ${names.join(', ')}.`);
  process.exit(2);
}

const dataDir = resolve('.headrace', 'bench');
mkdirSync(dataDir, { recursive: true });
const workDir = mkdtempSync(join(dataDir, 'run-'));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const scale = z.coerce.number().positive().max(1).parse(values.scale);
const lines: Line[] = [];
let failed = false;
try {
  const packageDir = values.package === undefined ? await packageStage('local') : resolve(values.package);
  for (const { name, run } of cases.filter(
    (each) => values.only.length === 0 || values.only.includes(each.name),
  )) {
    const began = Date.now();
    const context: BenchContext = {
      packageDir,
      dataDir,
      workDir,
      scale,
      say: (text) => say(`${name}: ${text}`),
    };
    try {
      const found = line(name, await run(context), (Date.now() - began) / 1_000);
      lines.push(found);
      if (values.json) process.stdout.write(`${JSON.stringify({ ...found, machine: machine() })}\n`);
    } catch (error) {
      // The other cases still say what they have to say.
      failed = true;
      say(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
      if (values.json) process.stdout.write(`${JSON.stringify({ case: name, error: String(error) })}\n`);
    }
  }
} finally {
  rmSync(workDir, { recursive: true, force: true });
}
if (!values.json) process.stdout.write(`${table(lines)}\n\n${JSON.stringify(machine())}\n`);
// A missed aim is a finding, not a failure: timings are never assertions.
process.exitCode = failed ? 1 : 0;
