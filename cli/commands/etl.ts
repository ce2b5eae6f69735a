import { openStage } from '../access.ts';
import type { Command, Invocation } from '../command.ts';
import { type ExecutionReport, type OnState, runExecution } from '../execution.ts';
import { seconds } from '../format.ts';
import { waitForLanding } from '../landing.ts';
import type { Screen } from '../screen.ts';

const usage = `
headrace etl [--from HOUR --to HOUR] [--force] [--mart NAME[,NAME]]

Runs the state machine and follows it. Without a range: all partitions that have changed.

  --from HOUR   first hour (2026-11-01T00, UTC) or day (2026-11-01)
  --to HOUR     the hour or day after the last one
  --force       build partitions again although nothing in them has changed
  --mart NAMES  write only these marts (names with commas between)`;

export const etl: Command = {
  name: 'etl',
  usage,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    force: { type: 'boolean', default: false },
    mart: { type: 'string' },
  },
  run: async (invocation) => {
    const access = openStage(invocation);
    if (access.local) await waitForLanding(access.local, invocation.signal);
    const report = await runExecution(
      access,
      inputOf(invocation),
      showStates(invocation.screen),
      invocation.signal,
    );
    showEnd(invocation.screen, report);
    return { ok: report.status === 'SUCCEEDED', document: report };
  },
};

const inputOf = (invocation: Invocation): object => {
  const [from, to, mart] = [invocation.option('from'), invocation.option('to'), invocation.option('mart')];
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(invocation.flag('force') ? { force: true } : {}),
    ...(mart === undefined ? {} : { marts: mart.split(',') }),
  };
};

/** One line a state; a state entered again and again (a Map's, a loop's) is shown once and counted. */
export const showStates = (screen: Screen): OnState => {
  const entered = new Map<string, number>();
  return (state, failure) => {
    if (failure !== undefined) return screen.warn(`  ✗ ${state}: ${failure.slice(0, 400)}`);
    const times = (entered.get(state) ?? 0) + 1;
    entered.set(state, times);
    if (times === 1) screen.say(`  → ${state}`);
  };
};

export const showEnd = (screen: Screen, report: ExecutionReport): void => {
  const line = `${report.execution}: ${report.status} in ${seconds(report.seconds * 1000)}`;
  if (report.status === 'SUCCEEDED') {
    screen.say(line);
    return;
  }
  screen.warn(line);
  if (report.error) screen.warn(`${report.error}: ${report.cause ?? ''}`);
};
