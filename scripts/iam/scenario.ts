import { randomBytes } from 'node:crypto';
import type { Use } from 'headrace-emulator/iam';
import type { ScenarioStage } from './scenarioStage.ts';
import {
  ageRetiredBuilds,
  checkArchiveAgain,
  type Ended,
  leaveLocked,
  post,
  putDamaged,
  putRaw,
  reconcileBySchedule,
  removeAll,
  run,
  runBySchedule,
  stopWhile,
} from './steps.ts';

const DAY = '2026-11-01';

const event = (id: string, hour: string, name = 'page_view', properties: object = {}) => ({
  event_id: id,
  event_name: name,
  event_time: `${hour}:00:00Z`,
  anonymous_id: 'device-1', // daily_visitors has no row of an event without
  properties,
});

/** What a step of the scenario did not do as it should: the first words say which. */
type Problem = string | undefined;

interface Step {
  name: string;
  run(on: ScenarioStage): Promise<Problem>;
}

/** `because`: a word that the failure has to be about. */
const wanted = (is: Ended, status: string, because = ''): Problem => {
  if (is.status === status && is.cause.includes(because)) return undefined;
  return `${is.status} instead of ${status} ${because}: ${is.error} ${is.cause}`;
};

const land = async (on: ScenarioStage, ...events: object[]): Promise<Problem> => {
  const status = await post(on, events);
  await on.stage.mappingsIdle(AbortSignal.timeout(60_000));
  return status === 202 || status === 207 ? undefined : `The collector answered ${status}.`;
};

const order = { order_id: 'O-1', revenue: 5, currency: 'EUR', items: [{ product_id: 'P-1', price: 5 }] };

const HUGE = 20;
/** Random text that no compression makes small: a build of it is larger than one part of an upload. */
const hugeLines = (hour: string): string[] =>
  Array.from({ length: HUGE }, (_, index) =>
    JSON.stringify({
      ...event(`huge-${index}`, hour),
      received_at: `${hour}:00:01Z`,
      source: 'scenario',
      context: {},
      properties: { noise: randomBytes(900_000).toString('base64') },
      schema_version: '1',
    }),
  );

const steps: readonly Step[] = [
  {
    name: 'events land, good and bad',
    run: async (on) => {
      // What is written now is old enough to be cleared away later.
      on.hands.aheadMs = -2 * 3_600_000;
      const problem = await land(
        on,
        event('a', `${DAY}T05`),
        { event_name: '' },
        event('b', '2026-11-02T07', 'order_completed', order),
        event('n', `${DAY}T05`, 'page_view', { title: '\u0000' }),
      );
      await putRaw(on, `${DAY}T05`, ['no event at all', '{"event_id":"c"}']);
      // So that every run of the scenario needs what the archive may do in the same step.
      await on.stage.deliveriesIdle(AbortSignal.timeout(60_000));
      return problem;
    },
  },
  { name: 'the schedule builds them', run: async (on) => wanted(await runBySchedule(on), 'SUCCEEDED') },
  { name: 'everything stored is counted', run: reconcileBySchedule },
  {
    name: 'new properties, new folders and a build in place of another',
    run: async (on) =>
      (await land(
        on,
        event('d', `${DAY}T05`, 'page_view', { never_seen: 1 }),
        event('e', `${DAY}T06`, 'page_view', { never_seen: { deep: 'x' } }),
      )) ?? wanted(await run(on, 'etl', {}), 'SUCCEEDED'),
  },
  {
    name: 'a day loses its rows',
    run: async (on) => {
      await removeAll(on, 'raw/dt=2026-11-02/');
      await putRaw(on, '2026-11-02T07', ['no event at all']);
      return wanted(await run(on, 'etl', { from: '2026-11-02', to: '2026-11-03', force: true }), 'SUCCEEDED');
    },
  },
  {
    name: 'replaced builds are swept',
    run: async (on) => {
      await ageRetiredBuilds(on);
      on.hands.aheadMs = 0;
      return (
        (await land(on, event('f', `${DAY}T06`, 'page_view', { another: true }))) ??
        wanted(await run(on, 'etl', {}), 'SUCCEEDED')
      );
    },
  },
  {
    name: 'the archive is written, and compared with what landed',
    run: async (on) => {
      const problem = await land(on, event('h', `${DAY}T06`));
      await on.stage.deliveriesIdle(AbortSignal.timeout(60_000));
      await checkArchiveAgain(on);
      return problem ?? wanted(await run(on, 'etl', {}), 'SUCCEEDED');
    },
  },
  {
    name: 'an upload breaks off',
    run: async (on) => {
      const hour = '2026-11-03T01';
      await putRaw(on, hour, hugeLines(hour));
      on.hands.refusesParts = true;
      const is = await run(on, 'etl', { from: hour, to: '2026-11-03T02', force: true });
      on.hands.refusesParts = false;
      await removeAll(on, 'raw/dt=2026-11-03/');
      return wanted(is, 'FAILED', 'None of 1 partitions');
    },
  },
  {
    name: 'a query nobody waits for is stopped, and an hour that its run had is built',
    run: async (on) => {
      const stopped = await stopWhile(on, 'etl', { from: DAY, to: '2026-11-02', force: true });
      await leaveLocked(on, `${DAY}T05`, stopped.name);
      return (
        wanted(stopped, 'ABORTED') ??
        wanted(await run(on, 'etl', { from: `${DAY}T05`, to: `${DAY}T06`, force: true }), 'SUCCEEDED')
      );
    },
  },
  {
    name: 'a backfill runs, and is stopped in the middle',
    run: async (on) => {
      const range = { from: DAY, to: '2026-11-02', force: true };
      return (
        wanted(await run(on, 'backfill', range), 'SUCCEEDED') ??
        wanted(await stopWhile(on, 'backfill', range), 'ABORTED')
      );
    },
  },
  {
    name: 'a backfill of a damaged hour fails, and one of nonsense',
    run: async (on) => {
      await putDamaged(on, `${DAY}T09`);
      const range = { from: `${DAY}T09`, to: `${DAY}T10`, force: true };
      return (
        wanted(await run(on, 'backfill', range), 'FAILED') ??
        wanted(await run(on, 'backfill', { from: 'no day' }), 'FAILED')
      );
    },
  },
  {
    name: 'a batch fails for good',
    run: async (on) => {
      on.hands.landIsAway = true;
      const status = await post(on, [event('g', `${DAY}T10`)]);
      // Older than the mapping's maximum age, six hours less than what the stream keeps: the next look is the last.
      on.hands.aheadMs = 70 * 3_600_000;
      await on.stage.mappingsIdle(AbortSignal.timeout(60_000));
      return status === 202 ? undefined : `The collector answered ${status}.`;
    },
  },
];

/** One step that went otherwise than it should. */
export interface Failure {
  step: string;
  problem: string;
}

export interface Played {
  failures: Failure[];
  /** uses of permissions, each with the step in which it came first; before the first step the stage boots */
  uses: (Use & { step: string })[];
}

export const BOOT = 'the stage boots';

/**
 * Takes a stage along every way on which a role uses a permission. With every permission in place no step fails.
 * `stopAtFirst`: ends after the first that does.
 */
export const playScenario = async (on: ScenarioStage, stopAtFirst = false): Promise<Played> => {
  const failures: Failure[] = [];
  const uses: Played['uses'] = [];
  const note = (step: string): void => {
    const fresh = on.stage.permissionsUsed().slice(uses.length);
    uses.push(...fresh.map((use) => ({ ...use, step })));
  };
  note(BOOT);
  for (const { name, run: play } of steps) {
    const problem = await play(on).catch((error: unknown) => String(error));
    note(name);
    if (problem === undefined) continue;
    failures.push({ step: name, problem });
    if (stopAtFirst) break;
  }
  return { failures, uses };
};
