import { beforeAll, describe, expect, test } from '@jest/globals';
import { compileMachine, isObject, type Json, type JsonObject, parseJson } from 'headrace-asl';
import { packagedMachines } from './support/machine.ts';
import { offendersOf, type Rule, ruleNames } from './support/rules.ts';

let etl: JsonObject;
beforeAll(async () => {
  const found = parseJson(JSON.stringify((await packagedMachines()).get('etl')));
  if (!isObject(found)) throw new Error('there is no machine etl');
  etl = found;
}, 180_000);

const inside = (value: Json | undefined, name: string | number): JsonObject => {
  const found = Array.isArray(value)
    ? value[Number(name)]
    : value !== undefined && isObject(value)
      ? value[name]
      : undefined;
  if (found === undefined || !isObject(found)) throw new Error(`etl has no ${name}`);
  return found;
};

/** A copy of etl of which one state was changed: `BuildPartitions/Build`. */
const withDefect = (path: string, plant: (state: JsonObject) => void): JsonObject => {
  const copy = structuredClone(etl);
  const [first = '', ...rest] = path.split('/');
  let state = inside(copy.States, first);
  for (const name of rest) state = inside(inside(state.ItemProcessor, 'States'), name);
  plant(state);
  return copy;
};

const retrier = (state: JsonObject): JsonObject => inside(state.Retry, 0);
const catcher = (state: JsonObject): JsonObject => inside(state.Catch, 0);

/** Defects as people make them, each with the one rule that must tell it. */
const defects: [rule: Rule, what: string, path: string, plant: (state: JsonObject) => void][] = [
  [
    'a Task has a time limit, retries and a catcher',
    'without a time limit',
    'Plan',
    (state) => {
      delete state.TimeoutSeconds;
    },
  ],
  [
    'a Task has a time limit, retries and a catcher',
    'of a map without retries',
    'BuildPartitions/Build',
    (state) => {
      delete state.Retry;
    },
  ],
  [
    'a Task has a time limit, retries and a catcher',
    'whose retries are an empty list',
    'Marts/PublishMart',
    (state) => {
      state.Retry = [];
    },
  ],
  [
    'an error name is one of ours or one that AWS reports',
    'with a name of ours that is misspelt',
    'BuildPartitions/Publish',
    (state) => {
      retrier(state).ErrorEquals = ['Throtled'];
    },
  ],
  [
    'an error name is one of ours or one that AWS reports',
    'that catches what AWS does not know',
    'GetCrawler',
    (state) => {
      catcher(state).ErrorEquals = ['States.DataLimitExceeded', 'Glue.ConcurrentCrawlException'];
    },
  ],
  [
    'an error of a service stands at a task that calls this service, one of ours at a task that runs our code',
    'that retries an error of another service',
    'Checks/RunCheck',
    (state) => {
      retrier(state).ErrorEquals = ['Glue.ThrottlingException'];
    },
  ],
  [
    'an error of a service stands at a task that calls this service, one of ours at a task that runs our code',
    'that retries an error of ours where none of our code runs',
    'StartCrawler',
    (state) => {
      retrier(state).ErrorEquals = ['Throttled'];
    },
  ],
  [
    'a retry backs off, up to a limit, with full jitter',
    'whose retries come all at once',
    'Sweep',
    (state) => {
      delete retrier(state).JitterStrategy;
    },
  ],
  [
    'a retry backs off, up to a limit, with full jitter',
    'whose retries never wait longer',
    'Sweep',
    (state) => {
      retrier(state).BackoffRate = 1;
    },
  ],
  [
    'a retry names no error that would come again, and none twice',
    'that retries whatever there is',
    'Report',
    (state) => {
      retrier(state).ErrorEquals = ['States.ALL'];
    },
  ],
  [
    'a retry names no error that would come again, and none twice',
    'that repeats a query which ran and failed',
    'Marts/RunMart',
    (state) => {
      retrier(state).ErrorEquals = ['States.TaskFailed'];
    },
  ],
  [
    'a retry names no error that would come again, and none twice',
    'that repeats a build of a damaged object',
    'BuildPartitions/Build',
    (state) => {
      retrier(state).ErrorEquals = ['RawObjectDamaged'];
    },
  ],
  [
    'a retry names no error that would come again, and none twice',
    'whose second retrier names what the first has taken',
    'Tally',
    (state) => {
      inside(state.Retry, 1).ErrorEquals = ['Throttled', 'Transient'];
    },
  ],
  [
    'States.ALL stands alone, and last',
    'that catches all first',
    'Plan',
    (state) => {
      if (Array.isArray(state.Catch)) state.Catch = [...state.Catch].reverse();
    },
  ],
  [
    'States.ALL stands alone, and last',
    'that catches all and something besides',
    'Plan',
    (state) => {
      inside(state.Catch, 1).ErrorEquals = ['States.ALL', 'States.Timeout'];
    },
  ],
  [
    'the last catcher of a Task takes everything there is to catch',
    'that lets a time limit pass uncaught',
    'Reconcile',
    (state) => {
      inside(state.Catch, 1).ErrorEquals = ['States.TaskFailed'];
    },
  ],
  [
    'too much data is caught by its name, which States.ALL does not take',
    'that forgets too much data',
    'Report',
    (state) => {
      state.Catch = [inside(state.Catch, 1)];
    },
  ],
  [
    'a Map tolerates no failures when it is inline, and never the failure of all its items',
    'that is a map and tolerates all',
    'BuildPartitions',
    (state) => {
      state.ToleratedFailurePercentage = 100;
    },
  ],
  [
    'a Map tolerates no failures when it is inline, and never the failure of all its items',
    'that is a distributed map and tolerates a number, which may be all there are',
    'BuildPartitions',
    (state) => {
      state.ToleratedFailureCount = 10;
      inside(state.ItemProcessor, 'ProcessorConfig').Mode = 'DISTRIBUTED';
    },
  ],
  [
    'a Map tolerates no failures when it is inline, and never the failure of all its items',
    'that is a distributed map and tolerates all',
    'BuildPartitions',
    (state) => {
      state.ToleratedFailurePercentage = 100;
      inside(state.ItemProcessor, 'ProcessorConfig').Mode = 'DISTRIBUTED';
    },
  ],
  [
    'a Map tolerates no failures when it is inline, and never the failure of all its items',
    'that is a map and tolerates what its input says',
    'Checks',
    (state) => {
      state.ToleratedFailurePercentagePath = '$.tolerated';
    },
  ],
  [
    'a Map runs a bounded number of items at a time, and is caught',
    'that is a map without a bound',
    'Marts',
    (state) => {
      delete state.MaxConcurrency;
    },
  ],
  [
    'a Map runs a bounded number of items at a time, and is caught',
    'that is a map whose failure nobody catches',
    'Checks',
    (state) => {
      delete state.Catch;
    },
  ],
];

describe('the rules', () => {
  test('are kept by etl as it is', () => {
    expect(ruleNames.flatMap((rule) => offendersOf(etl, rule))).toEqual([]);
  });

  test.each(defects.map(([rule, what, path, plant]) => ({ rule, what, path, plant })))(
    'tell a state $what, at $path',
    ({ rule, path, plant }) => {
      expect(offendersOf(withDefect(path, plant), rule)).toEqual([path]);
    },
  );

  test('have each a defect here that they tell', () => {
    const told = new Set(defects.map(([rule]) => rule));
    expect(ruleNames.filter((rule) => !told.has(rule))).toEqual([]);
  });
});

describe('a machine that leads nowhere', () => {
  const problemsOf = (machine: JsonObject): string =>
    JSON.stringify(compileMachine(JSON.stringify(machine), { refusal: () => undefined }).problems);

  test.each([
    ['a state whose next is not there', 'Plan', 'Next', 'Nowhere'],
    [
      'a catcher whose next is not there',
      'Sweep',
      'Catch',
      [{ ErrorEquals: ['States.ALL'], Next: 'Nowhere' }],
    ],
  ] as const)('is refused before anything runs: %s', (_what, path, field, value) => {
    const broken = withDefect(path, (state) => {
      state[field] = parseJson(JSON.stringify(value)) ?? null;
    });
    expect(problemsOf(etl)).toBe('[]');
    expect(problemsOf(broken)).toContain('Nowhere');
  });
});
