import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Role } from 'headrace-emulator/iam';
import { scratch } from 'headrace-emulator/testing';
import { sectionOf } from '../../scripts/docs/section.ts';
import { rolesOf, statementsOf, type Verdict, verdicts } from '../../scripts/iam/grants.ts';
import { type Reason, readReasons } from '../../scripts/iam/reasons.ts';
import { isKill, rebootWithout } from '../../scripts/iam/reboot.ts';
import { reportOf, unexplained } from '../../scripts/iam/report.ts';
import { type Played, playScenario } from '../../scripts/iam/scenario.ts';
import { startScenarioStage } from '../../scripts/iam/scenarioStage.ts';
import { martNames } from '../../src/etl/queries.ts';
import { packaged } from '../helpers/packaged.ts';
import { shopMarts } from '../helpers/queries.ts';
import { describeShipped } from '../helpers/shipped.ts';

const { dir, remove } = scratch();
const PAGE = 'docs/reference/permissions.md';

/** The scenario sends the shop's events, which fill its marts. A mart of other events has the same statements. */
const isOfOtherMart = ({ kind, pattern }: Verdict): boolean =>
  kind === 'resource' && martNames.some((mart) => !shopMarts.includes(mart) && pattern.endsWith(`/${mart}`));

/** What only they need is granted and not used where the project has other marts only. */
const fillsMarts = martNames.some((mart) => shopMarts.includes(mart));
const whereFilled = fillsMarts ? describe : describe.skip;
const unfilled = fillsMarts ? '' : ' (skipped: its events fill no mart of the project)';

let packageDir: string;
let roles: Role[];
let played: Played;
let all: Verdict[];
let denied: unknown[];

beforeAll(async () => {
  packageDir = (await packaged('local')).folder;
  roles = rolesOf(packageDir);
  const on = await startScenarioStage(packageDir, join(dir, 'data'));
  try {
    played = await playScenario(on);
    denied = [...on.stage.permissionsDenied()];
  } finally {
    await on.close();
  }
  all = verdicts(roles, played.uses, readReasons());
}, 400_000);
afterAll(() => remove());

describe('the roles of the template', () => {
  test('suffice: every step of the scenario comes out as it should', () => {
    expect(played.failures).toEqual([]);
    // Some denials stop nothing: a log line is lost, a failure is not written down.
    expect(denied).toEqual([]);
  });

  test('have no reason for what the scenario needs anyway, or for what is no longer there', () => {
    const given = all.filter(({ kind }) => kind === 'action').map(({ reason }) => reason);
    const applies = ({ beside }: Reason): boolean =>
      beside === undefined || roles.some(({ logicalId }) => logicalId === beside);
    const idle = readReasons().filter((one) => applies(one) && !given.includes(one.why));
    expect(idle).toEqual([]);
  });
});

whereFilled(`the roles of the template, by the scenario${unfilled}`, () => {
  test('have no statement, action or resource that nothing needs and nobody gives a reason for', () => {
    const left = unexplained(all).filter((part) => !isOfOtherMart(part));
    expect(left.map(({ statement, kind, pattern }) => [statement, kind, pattern])).toEqual([]);
  });
});

describeShipped('the roles of the template, with the queries that ship', () => {
  test('stand in docs/reference/permissions.md as they are (npm run iam:report -- --write)', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(sectionOf(page, 'permissions')).toBe(reportOf(roles, all).trim());
  });
});

describe('a stage that lacks a statement fails for want of it:', () => {
  /** One of each kind: refused at boot, in the schedule, a state machine, a function, Athena and the crawler. */
  const statements = [
    'LandRole/land/3',
    'PlanRole/plan/2',
    'EtlScheduleRole/trust/1',
    'EtlScheduleRole/start/1',
    'PlanRole/plan/4',
    'EtlRole/functions/1',
    'EtlRole/query/3',
  ];

  test.each(statements)(
    '%s',
    async (statement) => {
      expect(roles.flatMap(statementsOf).map(({ id }) => id)).toContain(statement);
      const killed = await rebootWithout(packageDir, statement);
      expect([killed.failure, isKill(killed)]).toEqual([expect.anything(), true]);
    },
    120_000,
  );

  test('which the judgement of all requests had said, down to the step', async () => {
    const statement = 'PlanRole/plan/4';
    const verdict = all.find((each) => each.statement === statement && each.kind === 'statement');
    const killed = await rebootWithout(packageDir, statement);
    expect([killed.failure?.step, killed.denied]).toEqual([verdict?.deniedIn, [verdict?.deniedAction]]);
  }, 120_000);
});
