import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import type { FailingCheck, Failure } from './model.ts';

/** The state of the ETL before which the SQL of all checks is known. */
const CHECKS = 'Checks';

const entered = z.object({
  tally: z.object({ output: z.object({ checks: z.array(z.object({ name: z.string(), sql: z.string() })) }) }),
});

const checksIn = (events: readonly HistoryEvent[]): { name: string; sql: string }[] | undefined => {
  const details = events.find(({ stateEnteredEventDetails: state }) => state?.name === CHECKS);
  const input = details?.stateEnteredEventDetails?.input;
  return input === undefined ? undefined : entered.parse(JSON.parse(input)).tally.output.checks;
};

/** The checks of a run with their SQL for its hours. None of a run that ended before them. */
const checksOf = async (
  access: StageAccess,
  executionArn: string,
): Promise<{ name: string; sql: string }[]> => {
  let nextToken: string | undefined;
  do {
    const page = await access.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, ...(nextToken ? { nextToken } : {}) }),
    );
    const found = checksIn(page.events ?? []);
    if (found !== undefined) return found;
    nextToken = page.nextToken;
  } while (nextToken);
  return [];
};

/** What a check found first, as text; undefined if it found nothing. */
const firstFound = async (
  access: StageAccess,
  sql: string,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { rows } = await runQuery(access, sql, signal);
  return rows[0] === undefined ? undefined : JSON.stringify(rows[0]);
};

/**
 * What is wrong with the checks of a run: those that fail and must not, and those that must and do not. A run ends with
 * the first check that finds rows. So each check is asked by itself, with the SQL that the run had for it.
 */
export const checkFailures = async (
  access: StageAccess,
  executionArn: string,
  mustFail: readonly FailingCheck[],
  signal: AbortSignal,
): Promise<Failure[]> => {
  const checks = await checksOf(access, executionArn);
  const found = new Map<string, string>();
  for (const { name, sql } of checks) {
    const first = await firstFound(access, sql, signal);
    if (first !== undefined) found.set(name, first);
  }
  const quiet = (name: string): string =>
    checks.some((check) => check.name === name) ? 'found nothing' : 'did not run: there was nothing to build';
  return [
    ...mustFail
      .filter(({ name }) => !found.has(name))
      .map(({ name, line }) => ({
        line,
        says: `check ${name} should have failed, and it ${quiet(name)}`,
      })),
    ...[...found]
      .filter(([name]) => !mustFail.some((one) => one.name === name))
      .map(([name, first]) => ({
        says: `check ${name} failed (queries/checks/${name}.sql). The first row that it found: ${first}`,
      })),
  ];
};
