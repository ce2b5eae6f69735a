import type { StageAccess } from '../../client/access.ts';
import { count } from '../../client/format.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import type { Invocation, Outcome } from '../command.ts';
import { openCollectors } from './collectors.ts';
import { curatedKeys } from './curated.ts';
import { type Fix, noFix, readFix } from './fix.ts';
import { readMarks, writeMarks } from './marks.ts';
import { type Candidate, keyOf, markOf, type Plan, planReplay } from './plan.ts';
import { type RowFilter, readRows } from './rows.ts';
import { type Sent, sendPlan } from './sendPlan.ts';

/** Lines of a dry run that are shown; how many there are stands beside them. */
const SHOWN = 20;

export const replayQuarantine = async (
  access: StageAccess,
  store: ObjectStore,
  filter: RowFilter,
  invocation: Invocation,
): Promise<Outcome> => {
  const fixName = invocation.option('fix');
  const fix = fixName === undefined ? noFix : readFix(fixName);
  return replayRows(access, store, { filter, fix }, invocation);
};

/**
 * Every replay looks at all its rows first, with the collector's own code; a dry run ends there. What the collector
 * would reject again is not sent: it would only lie in quarantine twice.
 */
export const replayRows = async (
  access: StageAccess,
  store: ObjectStore,
  { filter, fix }: { filter: RowFilter; fix: Fix },
  invocation: Invocation,
): Promise<Outcome> => {
  const dryRun = invocation.flag('dry-run');
  const collectors = dryRun ? undefined : await openCollectors(invocation, access);
  const [rows, marks] = await Promise.all([
    Array.fromAsync(readRows(store, filter)),
    readMarks(store, filter.days),
  ]);
  const plan = planReplay(rows, marks, { fix, source: collectors?.source });
  const now = new Date();
  const curated = await curatedKeys(access, plan.send, now, invocation.signal);
  const open = plan.send.filter((one) => !curated.has(keyOf(one)));
  const there = plan.send.filter((one) => curated.has(keyOf(one)));
  if (collectors === undefined) return dryOutcome(plan, open, there, invocation);

  await writeMarks(
    store,
    there.map((one) => markOf(one, 'curated', now)),
  );
  const progress = invocation.screen.progress('Replaying', open.length, 'rows');
  const dependencies = { store, collectors, now: () => new Date(), signal: invocation.signal };
  const sent = await sendPlan(open, dependencies, progress.update);
  // Not before the rows they rely on are sent: what stands for another row must be there.
  await writeMarks(
    store,
    plan.sameEvent.map((one) => markOf(one, 'same_event', now)),
  );
  progress.end(`${count(sent.accepted)} accepted. The next build brings them into the table: headrace etl`);
  return outcome(plan, there, sent, invocation);
};

const figures = (plan: Plan, there: readonly Candidate[]) => ({
  rows: plan.rows,
  replayedBefore: plan.before,
  alreadyCurated: there.length,
  sameEvent: plan.sameEvent.length,
  otherSource: plan.otherSource,
  notReplayable: plan.staying,
});

const sayFigures = (plan: Plan, there: readonly Candidate[], { screen }: Invocation): void => {
  screen.say(
    `${count(plan.rows)} rows: ${count(plan.before)} replayed before, ${count(there.length)} in the table already, ${count(plan.sameEvent.length)} of an event sent with another row.`,
  );
  if (plan.otherSource > 0)
    screen.warn(`${count(plan.otherSource)} of other sources: the write key is not theirs.`);
  for (const [why, { rows, detail, example }] of Object.entries(plan.staying))
    screen.warn(`${count(rows)} cannot be replayed as they are, ${why}: ${detail}\n  ${example}`);
};

const dryOutcome = (
  plan: Plan,
  open: readonly Candidate[],
  there: readonly Candidate[],
  invocation: Invocation,
): Outcome => {
  sayFigures(plan, there, invocation);
  invocation.screen.say(`${count(open.length)} would be sent:`);
  for (const { line } of open.slice(0, SHOWN)) invocation.screen.say(`  ${line}`);
  if (open.length > SHOWN) invocation.screen.say(`  … and ${count(open.length - SHOWN)} more.`);
  const examples = open.slice(0, SHOWN).map(({ line }) => line);
  return { ok: true, document: { dryRun: true, send: open.length, ...figures(plan, there), examples } };
};

const outcome = (plan: Plan, there: readonly Candidate[], sent: Sent, invocation: Invocation): Outcome => {
  sayFigures(plan, there, invocation);
  for (const [reason, n] of Object.entries(sent.refused))
    invocation.screen.warn(
      `${count(n)} were rejected by the collector for ${reason}: they lie in quarantine anew.`,
    );
  const whole = Object.keys(plan.staying).length === 0 && Object.keys(sent.refused).length === 0;
  return {
    ok: whole && plan.otherSource === 0,
    document: { dryRun: false, ...sent, ...figures(plan, there) },
  };
};
