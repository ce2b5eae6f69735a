import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { buildPartition } from '../../../src/build/building.ts';
import { recordFailure } from '../../../src/etl/failing.ts';
import { publishMart } from '../../../src/etl/marts.ts';
import { planRun } from '../../../src/etl/planning.ts';
import { publishBuild } from '../../../src/etl/publishing.ts';
import { reportRun } from '../../../src/etl/reporting.ts';
import { sweepReplaced } from '../../../src/etl/sweeping.ts';
import { type PartitionResult, tallyRun } from '../../../src/etl/tallying.ts';
import type { BuildEngine } from '../../../src/ports/build.ts';
import type { HeldLock } from '../../../src/ports/ledger.ts';
import { createFakeCatalog, createFakeStore, fixedClock } from '../../helpers/fakes.ts';
import { Death, type Fate, fate, type Gate, gated, type LedgerFor, noAnswer, transient } from './fates.ts';
import { DAY, HOUR, isRejected, PATH, readersOf } from './readers.ts';
import { SAME, takeTurns } from './turns.ts';

/**
 * One hour, those who land in it, whole runs of the etl (plan, build, publish, tally, a mart, report, sweep), and time
 * that passes over leases: in any order, with any fate of any call.
 */

/** Past a lease of 15 minutes; past the hours for which replaced files are kept. */
const JUMPS = { lease: 16 * 60 * 1000, grace: 3 * 60 * 60 * 1000 } as const;

export const course = fc.record({
  /** landings before anything else happens */
  landed: fc.nat(1),
  /** of each landing, the fates of its marks: Kinesis delivers it again until one is answered */
  landings: fc.array(fc.array(fate, { maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  runs: fc.array(
    fc.record({
      force: fc.boolean(),
      fates: fc.array(fate, { maxLength: 40 }),
      /** what the state machine does about a failed function: tries again, records it, or is itself stopped */
      afterFailure: fc.constantFrom('retry', 'record', 'stop' as const),
      /** stopped before its tally */
      stopsEarly: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  jumps: fc.array(fc.constantFrom('lease', 'grace' as const), { maxLength: 2 }),
  /** all runs are the same execution, as when Lambda is asked twice: no lock keeps them apart, and readers may be moved back */
  oneName: fc.boolean(),
  choices: fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(SAME) }, fc.nat(7)), { maxLength: 120 }),
});
export type Course = typeof course extends fc.Arbitrary<infer Value> ? Value : never;
type Run = Course['runs'][number];

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
    const observed = [{ eventName: 'any', name: `of${files.length}`, type: 'string' }];
    return {
      files: [{ path, rows: counts.curated }],
      raw: files.length,
      ...counts,
      rejectedPath,
      observed,
    };
  },
};

const queries = { checks: [], warnings: [], marts: [{ name: 'daily_events', sql: 'SELECT 1' }] };

export const runsDependencies = (ledgerFor: LedgerFor, folder: string) => {
  const clock = fixedClock();
  const store = createFakeStore({ clock });
  const catalog = createFakeCatalog();
  const ledger = ledgerFor(undefined, clock);
  const readers = readersOf(store, catalog);
  const turns = takeTurns();
  /** raw objects whose landing is acknowledged: what a clean hour must have built */
  const marked: string[] = [];
  /** the functions at work; when time passes a lease, each has met its timeout */
  const alive = new Set<{ dead: boolean }>();
  /** who was told that the hour is theirs, and until when */
  const owners = new Map<string, number>();
  /** executions that are over for others from their beginning, while their functions go on: as if stopped at any moment */
  const stopped = new Set<string>();
  const broken: string[] = [];
  let published: string[] = [];
  let oneExecution = false;

  const lacks = (held: readonly string[] | undefined, wanted: readonly string[]): boolean =>
    held === undefined || wanted.some((key) => !held.includes(key));

  const check = async (): Promise<void> => {
    const entry = await ledger.partitionStates.entry(HOUR);
    if (entry !== undefined && entry.landings > 0 && !entry.stale) {
      if (lacks(readers.ofBuild(entry.committed?.build), marked))
        broken.push(`clean, but build ${entry.committed?.build} lacks a landed object`);
    }
    const location = readers.location();
    if (location === undefined) return;
    const seen = readers.contentOf(location);
    if (seen === undefined) broken.push(`readers are sent to ${location}, where nothing is`);
    if (!oneExecution && lacks(seen, published))
      broken.push('readers were moved to a build that lacks what they saw before');
    if (!oneExecution && lacks(readers.quarantined(), (seen ?? []).filter(isRejected)))
      broken.push('a line is neither in the table nor in quarantine');
    published = seen ?? published;
  };

  /** One call as its fate has it. An echo is an actor of its own. */
  const meet = async <Result>(becomes: Fate, call: () => Promise<Result>, lost: () => Error) => {
    if (becomes === 'fails') throw lost();
    if (becomes === 'twice') await call();
    const result = await call();
    if (becomes === 'echo')
      turns.spawn(async () => {
        await turns.turn();
        await call().catch(() => undefined);
        await check();
      });
    if (becomes === 'answer lost') throw lost();
    return result;
  };

  const gateOf =
    (fates: Fate[], life: { dead: boolean }) =>
    (lost: () => Error): Gate =>
    async (call, changes) => {
      await turns.turn();
      const die = (): never => {
        life.dead = true;
        throw new Death('the function was killed');
      };
      const told = fates.shift() ?? 'works';
      if (life.dead || told === 'dies before') return die();
      // Late effects of S3 and Glue are another matter: only calls of the table are repeated.
      const becomes = told === 'echo' && lost === transient ? 'works' : told;
      try {
        return await meet(becomes, call, lost);
      } finally {
        if (changes) await check();
        if (told === 'dies after') die();
      }
    };

  /** One invocation of a function: dies as it is told, or when time passes over it. */
  const invoke = async <Result>(
    fates: Fate[],
    work: (ports: ReturnType<typeof portsOf>) => Promise<Result>,
  ): Promise<Result> => {
    // Between two states an execution may wait for long, and no function's timeout ends that.
    await turns.turn();
    const life = { dead: false };
    alive.add(life);
    try {
      return await work(portsOf(gateOf(fates, life)));
    } finally {
      alive.delete(life);
    }
  };

  /** Nobody is told that the hour is theirs while another's lease runs who has not let go. */
  const watching = (states: typeof ledger.partitionStates): typeof ledger.partitionStates => {
    const take = (owner: string, now: Date, leaseMs: number): void => {
      for (const [other, until] of owners)
        if (other !== owner && until > now.getTime()) broken.push(`${owner} has the lock of ${other}`);
      owners.set(owner, now.getTime() + leaseMs);
    };
    return Object.assign(Object.create(states), {
      lock: async (partition: string, owner: string, now: Date, leaseMs: number) => {
        const entry = await states.lock(partition, owner, now, leaseMs);
        take(owner, now, leaseMs);
        return entry;
      },
      renew: async (partition: string, owner: string, now: Date, leaseMs: number) => {
        const renewed = await states.renew(partition, owner, now, leaseMs);
        if (renewed) take(owner, now, leaseMs);
        return renewed;
      },
      // From here on it may have let go, whatever it is told.
      commit: (partition: string, owner: string, ...rest: [number, never]) => {
        owners.delete(owner);
        return states.commit(partition, owner, ...rest);
      },
      unlock: (partition: string, owner: string) => {
        owners.delete(owner);
        return states.unlock(partition, owner);
      },
      breakLock: (partition: string, seen: HeldLock) => {
        owners.delete(seen.owner);
        return states.breakLock(partition, seen);
      },
    });
  };

  const portsOf = (gate: (lost: () => Error) => Gate) => {
    const own = ledgerFor(gate(noAnswer), clock);
    return {
      store: gated(store, gate(transient)),
      catalog: gated(catalog, gate(transient)),
      partitionStates: watching(bound(own.partitionStates)),
      pendingDays: own.pendingDays,
      retiredFiles: own.retiredFiles,
      observedSchemas: own.observedSchemas,
      clock,
    };
  };

  /** Build, Publish and their Catch, as the state machine has them. */
  const buildHour = async (owner: string, { force, fates, afterFailure }: Run): Promise<PartitionResult> => {
    const attempt = async <Result>(
      work: (ports: ReturnType<typeof portsOf>) => Promise<Result>,
    ): Promise<Result> => {
      try {
        return await invoke(fates, work);
      } catch (error) {
        if (afterFailure !== 'retry' || (error instanceof Error && error.name === 'Conflict')) throw error;
        return invoke([], work);
      }
    };
    try {
      const built = await attempt((ports) =>
        buildPartition(
          {
            ...ports,
            runs: { hasEnded: async (execution) => stopped.has(execution) },
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
          { execution: owner, partition: HOUR, force },
        ),
      );
      return await attempt((ports) => publishBuild(ports, { ...built, execution: owner }));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (afterFailure === 'stop') throw error;
      const failure = { Error: error.name, Cause: String(error) };
      await invoke([], (ports) =>
        recordFailure({ execution: owner, partition: HOUR, error: failure }, ports),
      );
      return { partition: HOUR, failed: true, error: error.name };
    }
  };

  /** A whole execution of the etl. `name`: of what it writes of marts. */
  const run = async (owner: string, name: string, one: Run): Promise<boolean> => {
    if (one.afterFailure === 'stop') stopped.add(owner);
    const input = one.force ? { from: HOUR, to: '2026-11-01T06', force: true } : {};
    const plan = await invoke(one.fates, (ports) => planRun(name, input, ['daily_events'], ports));
    if (!plan.hasWork) return false;
    const results = plan.partitions.length === 0 ? [] : [await buildHour(owner, one)];
    if (one.stopsEarly) return true;
    const tally = await invoke(one.fates, (ports) =>
      tallyRun(plan, results, queries, { ...ports, scanBudget: 1e12, startedAt: '2026-11-01T06:00:00.000Z' }),
    );
    for (const { name: mart, location, days } of tally.marts) {
      await turns.turn();
      const seen = readers.contentOf(readers.location() ?? 'nowhere') ?? [];
      await turns.turn();
      store.seed(`marts/${mart}/run=${name}/dt=${DAY}/data`, seen.join('\n'));
      await invoke(one.fates, (ports) => publishMart({ mart, location, days }, ports));
    }
    const sweep = { output: { removed: 0, crawl: { pending: false, wanted: 0 } } };
    const report = { execution: name, plan, tally, warnings: [], sweep };
    // Without an archive and without windows: nothing of them was compared.
    const { archiveChecks, speedChecks } = ledger;
    const checks = { archiveChecks, speedChecks };
    await invoke(one.fates, (ports) => reportRun(report, ['daily_events'], { ...ports, ...checks }));
    await invoke(one.fates, (ports) => sweepReplaced({ ...ports, marts: ['daily_events'] }));
    return true;
  };

  const land = async (index: number, fates: Fate[]): Promise<void> => {
    const key = `raw/${PATH}/s-${index}-n1.ndjson.gz`;
    await turns.turn();
    store.seed(key, `${index}\n`);
    const left = [...fates];
    for (let answered = false; !answered; )
      answered = await invoke(left, ({ partitionStates }) =>
        partitionStates.markStale(HOUR, clock.now()),
      ).then(
        () => true,
        () => false,
      );
    marked.push(key);
    await check();
  };

  /** An execution that fails or is stopped is over; what it left is the next one's. */
  const over = (error: unknown): void => {
    const expected =
      error instanceof Death || (error instanceof Error && /^(Transient|Conflict)$/.test(error.name));
    if (!expected) throw error;
  };

  return {
    broken,
    marked,
    ledger,
    readers,
    rejectedOf: (keys: readonly string[]) => keys.filter(isRejected).sort(),
    async play({ landed, landings, runs, jumps, choices, oneName }: Course): Promise<void> {
      oneExecution = oneName;
      for (let index = 0; index < landed; index += 1) turns.spawn(() => land(index, []));
      await turns.play([]);
      for (const [index, fates] of landings.entries()) turns.spawn(() => land(landed + index, fates));
      for (const [index, one] of runs.entries())
        turns.spawn(async () => {
          const owner = oneName ? 'run' : `run-${index}`;
          await run(owner, `run-${index}`, { ...one, fates: [...one.fates] }).catch(over);
        });
      for (const jump of jumps)
        turns.spawn(async () => {
          await turns.turn();
          clock.advance(JUMPS[jump]);
          for (const life of alive) life.dead = true;
        });
      await turns.play(choices);
    },
    /** Runs that nothing disturbs, after every lease, until nothing is left to do; how many did something. */
    async settle(): Promise<number> {
      clock.advance(JUMPS.grace);
      let runs = 0;
      for (let working = true; working && runs < 9; ) {
        turns.spawn(async () => {
          const one = { force: false, fates: [], afterFailure: 'record' as const, stopsEarly: false };
          working = await run(`last-${runs}`, `last-${runs}`, one);
        });
        await turns.play([]);
        if (working) runs += 1;
      }
      return runs;
    },
  };
};

/** Methods that may be called on an object made of this one. */
const bound = <Port extends object>(port: Port): Port =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
