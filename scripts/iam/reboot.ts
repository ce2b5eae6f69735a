import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageWithout } from './mutate.ts';
import { BOOT, type Failure, playScenario } from './scenario.ts';
import { startScenarioStage } from './scenarioStage.ts';

/** What a stage without a statement did first that it should not. */
export interface Killed {
  statement: string;
  /** undefined: nothing. The statement is not needed, or the scenario does not see it */
  failure?: Failure;
  /** actions that were denied to the statement's role */
  denied: readonly string[];
}

/** Boots the stage without a statement and plays the scenario until a step fails. */
export const rebootWithout = async (packageDir: string, statement: string): Promise<Killed> => {
  const role = statement.split('/')[0];
  const dir = mkdtempSync(join(tmpdir(), 'headrace-iam-'));
  try {
    const mutant = packageWithout(packageDir, statement, join(dir, 'package'));
    const on = await startScenarioStage(mutant, join(dir, 'data')).catch((error: unknown) => String(error));
    if (typeof on === 'string') return { statement, failure: { step: BOOT, problem: on }, denied: [] };
    try {
      const [failure] = (await playScenario(on, true)).failures;
      const denied = on.stage.permissionsDenied().filter((each) => each.role === role);
      return { statement, ...(failure ? { failure } : {}), denied: denied.map(({ action }) => action) };
    } finally {
      await on.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

/**
 * Whether the statement was missed: its role was denied something (lines of a log, or the record of a failure, whose
 * absence stops nothing), or what went wrong names the role. The test of the scenario fails on either.
 */
export const isKill = ({ statement, failure, denied }: Killed): boolean => {
  const role = statement.split('/')[0] ?? '';
  return denied.length > 0 || failure?.problem.includes(role) === true;
};
