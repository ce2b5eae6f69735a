import type { StageAccess } from '../client/access.ts';
import type { OnStep } from '../client/executionHistory.ts';
import { type ExecutionReport, followExecution, stoppedFollowing } from '../client/executions.ts';
import { count, seconds } from '../client/format.ts';
import { readableCause } from '../src/etl/cause.ts';
import type { Invocation } from './command.ts';
import type { Progress, Screen } from './screen.ts';

const LONGEST = 400;

/** The first words of a long text: never the half of one. */
export const shortened = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/\s+\S*$/, '')} …`;

/**
 * Shows the steps of an execution while `follow` follows it: one line a state when it has ended, with how long it took;
 * for a Map how many of its items, and a bar on a terminal while it runs. `units` names the items of a Map by its
 * state. What happens within a Map is told only when it fails.
 */
export const withSteps = async <Result>(
  screen: Screen,
  units: Readonly<Record<string, string>>,
  follow: (onStep: OnStep) => Promise<Result>,
): Promise<Result> => {
  const bars = new Map<string, Progress>();
  const items = new Map<string, string>();
  const unitOf = (state: string): string => units[state] ?? 'items';
  const onStep: OnStep = (step) => {
    const { state } = step;
    if (step.kind === 'failed') screen.warn(`  ✗ ${state}: ${shortened(step.reason)}`);
    if (step.kind === 'map') bars.set(state, screen.progress(`  ${state}`, step.total, unitOf(state)));
    if (step.kind === 'iteration') {
      items.set(state, `: ${count(step.ended)} of ${count(step.total)} ${unitOf(state)}`);
      bars.get(state)?.update(step.ended);
    }
    if (step.kind !== 'left' || step.within) return;
    bars.get(state)?.stop();
    screen.say(`  ✓ ${state}${items.get(state) ?? ''}, ${seconds(step.ms)}`);
  };
  try {
    return await follow(onStep);
  } finally {
    for (const bar of bars.values()) bar.stop();
  }
};

/**
 * Follows an execution, shown by its steps. After Ctrl-C it goes on by itself, and `again` says how to see it again.
 */
export const followInSteps = (
  { screen, signal }: Pick<Invocation, 'screen' | 'signal'>,
  access: StageAccess,
  execution: string,
  units: Readonly<Record<string, string>>,
  again: string,
): Promise<ExecutionReport> =>
  withSteps(screen, units, (onStep) => followExecution(access, execution, onStep, signal)).catch(
    (error: unknown) => stoppedFollowing(access, execution, again, error, signal),
  );

/** How an execution ended, and why if it failed. */
export const showEnd = (screen: Screen, report: ExecutionReport): void => {
  const line = `${report.execution}: ${report.status} in ${seconds(report.seconds * 1000)}`;
  if (report.status === 'SUCCEEDED') {
    screen.say(line);
    return;
  }
  screen.warn(line);
  if (report.error) screen.warn(`${report.error}: ${readableCause(report.cause ?? '')}`);
};
