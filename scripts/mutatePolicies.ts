/**
 * Takes statements out of the packaged template, one at a time, and boots the stage without: a step of the scenario
 * has to fail for want of it.
 *
 *   npm run check:policies                       every statement that has no reason instead (a quarter of an hour)
 *   npm run check:policies -- PlanRole/plan/3 …  these
 *   npm run check:policies -- --param archive=none TallyRole/SpeedTallyPolicy/1   of a stage with another param
 *
 * Prints a line for each. Exits with 1 when one is not missed.
 */
import { parseArgs } from 'node:util';
import { packageStage } from '../client/package.ts';
import { givenParams } from './givenParams.ts';
import { rolesOf, statementsOf, verdicts } from './iam/grants.ts';
import { readReasons } from './iam/reasons.ts';
import { isKill, rebootWithout } from './iam/reboot.ts';

const { values, positionals: given } = parseArgs({
  allowPositionals: true,
  options: { param: { type: 'string', multiple: true, default: [] } },
});
const packageDir = await packageStage('local', givenParams(values.param));
const roles = rolesOf(packageDir);
const excused = new Set(
  verdicts(roles, [], readReasons())
    .filter(({ kind, reason }) => kind === 'statement' && reason !== undefined)
    .map(({ statement }) => statement),
);
const every = roles.flatMap((role) => statementsOf(role).map(({ id }) => id));
const chosen = given.length > 0 ? given : every.filter((statement) => !excused.has(statement));
for (const statement of chosen) {
  const killed = await rebootWithout(packageDir, statement);
  const kill = isKill(killed);
  if (!kill) process.exitCode = 1;
  const how =
    killed.failure === undefined ? 'no step failed' : `${killed.failure.step}: ${killed.failure.problem}`;
  process.stdout.write(
    `${kill ? 'missed' : 'NOT MISSED'} ${statement} (${killed.denied.join(', ')}) ${how.slice(0, 300)}\n`,
  );
}
