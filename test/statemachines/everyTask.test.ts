import { beforeAll, describe, expect, test } from '@jest/globals';
import { canonical } from 'headrace-asl';
import { courses } from './scenarios.ts';
import { drill, packagedMachines } from './support/machine.ts';
import { type Attempt, type Ran, runDrill } from './support/run.ts';
import { type TaskDrill, taskDrills } from './support/taskDrills.ts';

interface Done {
  asked: TaskDrill;
  ran: Ran;
  /** the calls for the item that met the fault, up to the first that went well */
  calls: Attempt[];
  /** the task's own limit, ms */
  limit: number;
}

const done: Done[] = [];

beforeAll(async () => {
  for (const [name, definition] of await packagedMachines()) {
    const course = courses.get(name);
    if (course === undefined) continue;
    const one = drill(name, definition);
    for (const asked of taskDrills(one, course)) {
      const ran = await runDrill(one, asked);
      const of = ran.attempts.filter(({ state }) => state === asked.state);
      const item = of[0] && canonical(of[0].input);
      const same = of.filter(({ input }) => canonical(input) === item);
      const well = same.findIndex(({ error }) => error === undefined);
      const calls = well < 0 ? same : same.slice(0, well + 1);
      const limit = (one.tasks.get(asked.state)?.TimeoutSeconds ?? 0) * 1000;
      done.push({ asked, ran, calls, limit });
    }
  }
}, 180_000);

const named = (kinds: readonly TaskDrill['kind'][], isWrong: (one: Done) => boolean): string[] => {
  const found = done.filter(({ asked }) => kinds.includes(asked.kind));
  // A kind of which there is none would prove nothing.
  expect(found.length).toBeGreaterThan(0);
  return found.filter(isWrong).map(({ asked }) => asked.name);
};

describe('every task of every machine', () => {
  test('each meets some three dozen faults: there are hundreds of runs', () => {
    expect(done.length).toBeGreaterThan(300);
  });

  test('that meets an error its retrier names is called again, and the run goes on as if nothing had been', () => {
    expect(
      named(['retried'], ({ calls, ran, asked }) => calls.length !== 2 || ran.error !== asked.ends.error),
    ).toEqual([]);
  });

  test('that goes on failing is called as often as its retrier says, and not once more', () => {
    expect(named(['used up'], ({ calls, asked }) => calls.length !== asked.calls)).toEqual([]);
  });

  test('waits between two calls, each time within the bounds of the rule', () => {
    const wrong = ({ calls, asked }: Done): boolean => {
      const waits = calls.slice(1).map(({ from }, before) => from - (calls[before]?.to ?? 0));
      return (
        waits.length !== asked.waits.length || waits.some((ms, at) => ms > (asked.waits[at] ?? 0) * 1000)
      );
    };
    expect(named(['retried', 'used up'], wrong)).toEqual([]);
  });

  test('spreads its waits: they are not all at one end of their bounds', () => {
    const shares = done
      .filter(({ asked }) => asked.kind === 'used up')
      .flatMap(({ calls, asked }) =>
        calls.slice(1).map(({ from }, at) => (from - (calls[at]?.to ?? 0)) / (asked.waits[at] ?? 1) / 1000),
      );
    expect(Math.min(...shares)).toBeLessThan(0.1);
    expect(Math.max(...shares)).toBeGreaterThan(0.9);
  });

  test('that meets an error which would come again is not called again', () => {
    expect(named(['not retried'], ({ calls }) => calls.length !== 1)).toEqual([]);
  });

  test('that never answers is given up after its own time limit, and is not called again', () => {
    const wrong = ({ calls: [only, ...more], limit }: Done): boolean =>
      only === undefined || more.length > 0 || only.to - only.from !== limit;
    expect(named(['hangs'], wrong)).toEqual([]);
  });

  test('that fails for good, or answers too much, is caught: the state its catcher names is entered', () => {
    const wrong = ({ ran, asked }: Done): boolean =>
      asked.caughtBy === undefined || !ran.entered.includes(asked.caughtBy);
    expect(named(['used up', 'not retried', 'hangs', 'too much'], wrong)).toEqual([]);
  });

  test('that fails for good fails the run with its error, or as its machine says', () => {
    const wrong = ({ ran, asked }: Done): boolean =>
      ran.status !== asked.ends.status || ran.error !== asked.ends.error;
    expect(named(['retried', 'used up', 'not retried', 'hangs', 'too much'], wrong)).toEqual([]);
  });
});

describe('a deterministic failure', () => {
  test.each([
    ['Plan', 'InvalidInput'],
    ['BuildPartitions/Build', 'RawObjectDamaged'],
    ['BuildPartitions/Build', 'PartitionTooLarge'],
    ['BuildPartitions/Publish', 'Conflict'],
    ['Checks/RunCheck', 'States.TaskFailed'],
    ['Marts/RunMart', 'States.TaskFailed'],
    ['Warnings/RunWarning', 'States.TaskFailed'],
  ])('of %s, %s, is met once', (state, error) => {
    const found = done.filter(({ asked }) => asked.state === state && asked.error === error);
    expect(found.map(({ asked, calls }) => [asked.kind, calls.length])).toEqual([['not retried', 1]]);
  });
});

/** Readers of the lake do not need the crawl, nor PostgreSQL: Report tells of the one, an alarm of the other. */
const ASIDE = /^(StartCrawler|GetCrawler|Postgres)$/;

describe('a task that fails outside of BuildPartitions, RunChunks, Warnings, the crawl and PostgreSQL', () => {
  test('has its failure handed to the state that records it, under its own name, before the run fails with it', () => {
    const failed = done.filter(
      ({ asked }) =>
        asked.caughtBy !== undefined &&
        asked.kind !== 'retried' &&
        !/^(BuildPartitions|RunChunks|Warnings)\/|^Record\w*Failure$/.test(asked.state) &&
        !ASIDE.test(asked.state),
    );
    expect(failed.length).toBeGreaterThan(100);
    const wrong = failed.filter(({ ran, asked }) => {
      const last = ran.attempts.at(-1);
      return (
        !/^Record\w*Failure$/.test(last?.state ?? '') ||
        !JSON.stringify(last?.input).includes(`"Error":"${asked.error}"`)
      );
    });
    expect(wrong.map(({ asked }) => asked.name)).toEqual([]);
  });
});

describe('PostgreSQL', () => {
  test('that fails, however it does, holds up nothing: the run goes on, reports and succeeds', () => {
    const failed = done.filter(({ asked }) => asked.state === 'Postgres' && asked.kind !== 'retried');
    expect(failed.length).toBeGreaterThan(10);
    const wrong = failed.filter(
      ({ ran, asked }) =>
        ran.status !== 'SUCCEEDED' || asked.caughtBy !== 'Sweep' || !ran.entered.includes('Report'),
    );
    expect(wrong.map(({ asked }) => asked.name)).toEqual([]);
  });
});

describe('a warning that fails', () => {
  test('is handed to Report under its own error, and the run succeeds', () => {
    const failed = done.filter(
      ({ asked }) => asked.state.startsWith('Warnings/') && asked.kind !== 'retried',
    );
    expect(failed.length).toBeGreaterThan(10);
    const wrong = failed.filter(({ ran, asked }) => {
      const last = ran.attempts.at(-1);
      return (
        ran.status !== 'SUCCEEDED' ||
        last?.state !== 'Report' ||
        !JSON.stringify(last.input).includes(`"Error":"${asked.error}"`)
      );
    });
    expect(wrong.map(({ asked }) => asked.name)).toEqual([]);
  });
});
