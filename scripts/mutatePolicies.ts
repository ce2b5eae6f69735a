/**
 * Takes statements out of the packaged template, one at a time, and boots the stage without: a step of the scenario
 * has to fail for want of it.
 *
 *   npm run check:policies                       every statement that has no reason instead (a quarter of an hour)
 *   npm run check:policies -- PlanRole/plan/3 …  these
 *
 * Prints a line for each. Exits with 1 when one is not missed.
 */
import { packageStage } from '../client/package.ts';
import { rolesOf, statementsOf, verdicts } from './iam/grants.ts';
import { readReasons } from './iam/reasons.ts';
import { isKill, rebootWithout } from './iam/reboot.ts';

const packageDir = await packageStage('local');
const roles = rolesOf(packageDir);
const excused = new Set(
  verdicts(roles, [], readReasons())
    .filter(({ kind, reason }) => kind === 'statement' && reason !== undefined)
    .map(({ statement }) => statement),
);
const given = process.argv.slice(2);
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
