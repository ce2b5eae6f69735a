/**
 * Which permissions of which role are used for what, and which are not.
 *
 *   npm run iam:report                    plays the scenario of scripts/iam/ on an emulator
 *   npm run iam:report -- --usage FOLDER  reads what HEADRACE_IAM_USAGE=FOLDER npm test has written there
 *   npm run iam:report -- --write         writes the scenario's report into docs/reference/permissions.md
 *
 * Exits with 1 when a permission is used by nothing and has no reason in resources/access/iamReasons.json.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readUses } from 'headrace-emulator/iam';
import { packageStage } from '../client/package.ts';
import { replaceSection } from './docs/section.ts';
import { rolesOf, verdicts } from './iam/grants.ts';
import { readReasons } from './iam/reasons.ts';
import { reportOf, unexplained } from './iam/report.ts';
import { type Played, playScenario } from './iam/scenario.ts';
import { startScenarioStage } from './iam/scenarioStage.ts';

const PAGE = 'docs/reference/permissions.md';

const { values } = parseArgs({
  options: { usage: { type: 'string' }, write: { type: 'boolean', default: false } },
});

const played = async (packageDir: string): Promise<Played['uses']> => {
  const dir = mkdtempSync(join(tmpdir(), 'headrace-iam-'));
  const on = await startScenarioStage(packageDir, dir);
  try {
    const { failures, uses } = await playScenario(on);
    for (const { step, problem } of failures)
      process.stderr.write(`The scenario failed: ${step}: ${problem}\n`);
    if (failures.length > 0) process.exitCode = 1;
    return uses;
  } finally {
    await on.close();
    rmSync(dir, { recursive: true, force: true });
  }
};

const recorded = (folder: string): Played['uses'] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readUses(readFileSync(join(folder, name), 'utf8')))
    .map((use) => ({ ...use, step: 'a test' }));

const packageDir = await packageStage('local');
const roles = rolesOf(packageDir);
const uses = values.usage === undefined ? await played(packageDir) : recorded(values.usage);
const all = verdicts(roles, uses, readReasons());
const report = reportOf(roles, all);
if (values.write) writeFileSync(PAGE, replaceSection(readFileSync(PAGE, 'utf8'), 'permissions', report));
else process.stdout.write(report);
for (const { statement, kind, pattern } of unexplained(all)) {
  process.stderr.write(
    `Never used: ${kind} ${pattern} of ${statement}. Take it out, or say why in resources/access/iamReasons.json.\n`,
  );
  process.exitCode = 1;
}
