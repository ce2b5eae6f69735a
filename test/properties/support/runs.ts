import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { buildPartition } from '../../../src/build/building.ts';
import { recordFailure } from '../../../src/etl/failing.ts';
import { publishMart } from '../../../src/etl/marts.ts';
import { publishBuild } from '../../../src/etl/publishing.ts';
import type { BuildEngine, Ledger } from '../../../src/ports.ts';
import { createFakeCatalog, createFakeStore, fixedClock } from '../../helpers/fakes.ts';
import { SAME, takeTurns } from './turns.ts';

/**
 * One hour, those who land in it, runs that build it and write its day's mart, and time that passes over their leases:
 * in any order.
 */

export const HOUR = '2026-11-01T05';
const DAY = '2026-11-01';
const PATH = 'dt=2026-11-01/hr=05';
const PAST_THE_LEASE = 16 * 60 * 1000;

/** What becomes of a call: it works, the process dies before it, or dies when it has taken effect. */
const fate = fc.oneof(
  { weight: 30, arbitrary: fc.constant('works' as const) },
  { weight: 1, arbitrary: fc.constantFrom('dies before', 'dies after' as const) },
);
type Fate = 'works' | 'dies before' | 'dies after';

export const course = fc.record({
  landings: fc.integer({ min: 1, max: 3 }),
  runs: fc.array(
    fc.record({
      force: fc.boolean(),
      fates: fc.array(fate, { maxLength: 14 }),
      /** what the state machine does about a dead function: tries again, records it, or is itself stopped */
      afterDeath: fc.constantFrom('retry', 'record', 'stop' as const),
      /** goes on to its day's mart, whatever became of the hour, and clears the day */
      marts: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  timePasses: fc.nat(2),
  /** all runs are the same execution, as when Lambda is asked twice: no lock keeps them apart, and readers may be moved back */
  oneName: fc.boolean(),
  choices: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(SAME) }, fc.nat(7)), { maxLength: 80 }),
});
export type Course = typeof course extends fc.Arbitrary<infer Value> ? Value : never;
type Run = Course['runs'][number];

export class Death extends Error {}

/** A call of an actor: waits for its turn, then works or dies. */
export type Gate = <Result>(call: () => Promise<Result>) => Promise<Result>;

/** The ledger as an actor sees it; the one that is checked makes its calls without a gate. */
export type LedgerFor = (gate: Gate | undefined, now: () => Date) => Ledger;

/** Every method through the gate. */
export const gated = <Port extends object>(port: Port, gate: Gate): Port =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || name === 'uri') return member;
      return (...args: unknown[]) => gate(() => Reflect.apply(member, target, args));
    },
  });

/** Every second object holds a line that is not an event. */
const isRejected = (key: string): boolean => /\/s-\d*[13579]-/.test(key);

/** "Builds" a file that names the raw objects it was made of, and one that names those whose line it rejected. */
const namingEngine: BuildEngine = {
  name: 'names',
  async build(_partition, batches, _parts, folder) {
    const files = (await Array.fromAsync(batches)).flat();
    const path = join(folder, 'events.parquet');
    writeFileSync(path, files.map(({ key }) => key).join('\n'));
    const bad = files.map(({ key }) => key).filter(isRejected);
    const rejectedPath = bad.length === 0 ? undefined : join(folder, 'rejected.ndjson.gz');
    if (rejectedPath !== undefined) writeFileSync(rejectedPath, gzipSync(bad.join('\n')));
    const counts = { curated: files.length - bad.length, duplicates: 0, rejected: bad.length };
    return {
      files: [{ path, rows: counts.curated }],
      raw: files.length,
      ...counts,
      rejectedPath,
      shapes: [],
    };
  },
};

export const runsDependencies = (ledgerFor: LedgerFor, folder: string) => {
  const clock = fixedClock();
  const store = createFakeStore({ clock });
  const catalog = createFakeCatalog();
  const ledger = ledgerFor(undefined, clock.now);
  const turns = takeTurns();
  /** raw objects whose landing is marked: what a clean hour must have built */
  const marked: string[] = [];
  /** the functions at work; when time passes a lease, each has met its timeout */
  const alive = new Set<{ dead: boolean }>();
  const broken: string[] = [];
  let published: string[] = [];
  let oneExecution = false;

  const linesOf = (key: string): string[] =>
    store
      .text(key)
      .split('\n')
      .filter((name) => name !== '');
  const contentOf = (location: string): string[] | undefined => {
    const key = store.keys().find((name) => store.uri(name).startsWith(location));
    return key === undefined ? undefined : linesOf(key);
  };
  /** Rejected lines as the table quarantine shows them. */
  const quarantined = (): string[] =>
    store
      .keys()
      .filter((key) => key.startsWith(`quarantine/${PATH}/`))
      .flatMap(linesOf)
      .sort();
  const lacks = (held: readonly string[] | undefined, wanted: readonly string[]): boolean =>
    held === undefined || wanted.some((key) => !held.includes(key));

  const check = async (): Promise<void> => {
    const entry = await ledger.entry(HOUR);
    if (entry !== undefined && entry.landings > 0 && !entry.stale) {
      const build = contentOf(store.uri(`events/${PATH}/build=${entry.committed?.build}/`));
      if (lacks(build, marked))
        broken.push(`clean, but build ${entry.committed?.build} lacks a landed object`);
    }
    const location = catalog.partitions.get('events/2026-11-01/05');
    if (location === undefined) return;
    const seen = contentOf(location);
    if (seen === undefined) broken.push(`readers are sent to ${location}, where nothing is`);
    if (!oneExecution && lacks(seen, published))
      broken.push('readers were moved to a build that lacks what they saw before');
    if (!oneExecution && lacks(quarantined(), (seen ?? []).filter(isRejected)))
      broken.push('a line is neither in the table nor in quarantine');
    published = seen ?? published;
  };

  /** One invocation of a function: dies as it is told, or when time passes over it. */
  const invoke = async <Result>(fates: Fate[], work: (gate: Gate) => Promise<Result>): Promise<Result> => {
    // Between two states an execution may wait for long, and no function's timeout ends that.
    await turns.turn();
    const life = { dead: false };
    alive.add(life);
    const die = (): never => {
      life.dead = true;
      throw new Death('the function was killed');
    };
    const gate: Gate = async (call) => {
      await turns.turn();
      const becomes = fates.shift() ?? 'works';
      if (life.dead || becomes === 'dies before') return die();
      const result = await call();
      await check();
      return becomes === 'dies after' ? die() : result;
    };
    try {
      return await work(gate);
    } finally {
      alive.delete(life);
    }
  };

  const portsOf = (gate: Gate) => ({
    store: gated(store, gate),
    catalog: gated(catalog, gate),
    ledger: ledgerFor(gate, clock.now),
    clock,
  });

  /** Build, Publish and their Catch, as the state machine has them. */
  const run = async (owner: string, { force, fates, afterDeath }: Run): Promise<void> => {
    const attempt = async <Result>(work: (gate: Gate) => Promise<Result>): Promise<Result> => {
      try {
        return await invoke(fates, work);
      } catch (error) {
        if (!(error instanceof Death) || afterDeath !== 'retry') throw error;
        return invoke([], work);
      }
    };
    const input = { execution: owner, partition: HOUR, force };
    try {
      const built = await attempt((gate) =>
        buildPartition(
          {
            ...portsOf(gate),
            engine: namingEngine,
            inFolder: (work) => work(mkdtempSync(join(folder, 'build-'))),
            partBytes: 1e9,
            async *unpack(objects) {
              yield objects.map(({ key, lastModified }) => ({
                key,
                path: '',
                rows: 1,
                bytes: 1,
                writtenAt: lastModified,
              }));
            },
          },
          input,
        ),
      );
      await attempt((gate) => publishBuild(portsOf(gate), { ...built, execution: owner }));
    } catch (error) {
      if (error instanceof Death && afterDeath === 'stop') return;
      const failure = { Error: error instanceof Error ? error.name : '', Cause: String(error) };
      await invoke([], (gate) =>
        recordFailure({ execution: owner, partition: HOUR, error: failure }, portsOf(gate)),
      ).catch((died: unknown) => {
        if (!(died instanceof Death)) throw died;
      });
    }
  };

  /** Tally, a mart's UNLOAD, PublishMart and Report, as far as the day is concerned. */
  const writeMart = async (execution: string): Promise<void> => {
    const ports = portsOf(async (call) => {
      await turns.turn();
      return call();
    });
    const days = await ports.ledger.pendingDays(10);
    if (days.length === 0) return;
    await turns.turn();
    const seen = contentOf(catalog.partitions.get('events/2026-11-01/05') ?? '') ?? [];
    await turns.turn();
    store.seed(`marts/daily_events/run=${execution}/dt=${DAY}/data`, seen.join('\n'));
    const location = store.uri(`marts/daily_events/run=${execution}/`);
    await publishMart({ mart: 'daily_events', location, days }, ports);
    await ports.ledger.clearDays(days);
  };

  const land = async (index: number): Promise<void> => {
    const key = `raw/${PATH}/s-${index}-n1.ndjson.gz`;
    await turns.turn();
    store.seed(key, `${index}\n`);
    await turns.turn();
    await ledger.markStale(HOUR, clock.now());
    marked.push(key);
    await check();
  };

  return {
    broken,
    marked,
    ledger,
    catalog,
    contentOf,
    quarantined,
    rejectedOf: (keys: readonly string[]) => keys.filter(isRejected).sort(),
    /** What readers of the day's mart see. */
    mart: () => contentOf(catalog.partitions.get(`daily_events/${DAY}`) ?? 'nowhere') ?? [],
    async play({ landings, runs, timePasses, choices, oneName }: Course): Promise<void> {
      oneExecution = oneName;
      for (let index = 0; index < landings; index += 1) turns.spawn(() => land(index));
      for (const [index, one] of runs.entries())
        turns.spawn(async () => {
          await run(oneName ? 'run' : `run-${index}`, { ...one, fates: [...one.fates] });
          if (one.marts) await writeMart(`run-${index}`);
        });
      for (let index = 0; index < timePasses; index += 1)
        turns.spawn(async () => {
          await turns.turn();
          clock.advance(PAST_THE_LEASE);
          for (const life of alive) life.dead = true;
        });
      await turns.play(choices);
    },
    /** A run that nothing disturbs, after every lease. */
    async settle(): Promise<void> {
      clock.advance(PAST_THE_LEASE);
      turns.spawn(async () => {
        await run('last', { force: false, fates: [], afterDeath: 'record', marts: true });
        await writeMart('last');
      });
      await turns.play([]);
    },
  };
};
