import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import aslValidator from 'asl-validator';
import { z } from 'zod';
import { errorNames } from '../../src/errors.ts';
import { packaged, stateMachines } from '../helpers/packaged.ts';
import { historyOf } from '../helpers/stateHistory.ts';
import { type State, statesOf } from '../helpers/states.ts';

/** Errors of ours that a step throws because the same call would fail again. */
const deterministic = errorNames.filter((name) => !['Throttled', 'Transient', 'Conflict'].includes(name));

let all: [path: string, state: State][] = [];
let machines: Record<string, unknown> = {};

beforeAll(async () => {
  machines = stateMachines(await packaged('prod'));
  all = Object.entries(machines).flatMap(([name, machine]) =>
    statesOf(machine).map(([path, state]): [string, State] => [`${name}: ${path}`, state]),
  );
});

const offenders = (type: string | undefined, isWrong: (state: State) => boolean): string[] =>
  all
    .filter(([, state]) => (type === undefined || state.Type === type) && isWrong(state))
    .map(([path]) => path);

describe('every state machine', () => {
  test('there is at least etl, with its thirty-odd states', () => {
    expect(Object.keys(machines)).toContain('headrace-prod-etl');
    expect(all.length).toBeGreaterThan(30);
  });

  test('asl-validator finds nothing to complain about', () => {
    // A copy: it writes defaults into what it looks at.
    const verdicts = Object.values(machines).map((machine) => aslValidator(structuredClone(machine)));
    expect(verdicts.map(({ isValid, errorsText }) => (isValid ? '' : errorsText()))).toEqual(
      verdicts.map(() => ''),
    );
  });

  test('has a time limit of its own', () => {
    for (const machine of Object.values(machines)) expect(machine).toHaveProperty('TimeoutSeconds');
  });

  test('speaks JSONPath throughout', () => {
    expect(offenders(undefined, ({ QueryLanguage = 'JSONPath' }) => QueryLanguage !== 'JSONPath')).toEqual(
      [],
    );
  });

  test('names no state twice, not even in different maps', () => {
    const names = all.map(([path]) => path.replace(/^.*[/ ]/, ''));
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test('is written with long-form intrinsics and without template placeholders, as the plugin needs it', () => {
    for (const name of readdirSync('statemachines').filter((file) => file.endsWith('.asl.yml'))) {
      expect(readFileSync(`statemachines/${name}`, 'utf8').match(/\$\{|\s!(Sub|Ref|GetAtt)\b/g)).toBeNull();
    }
  });
});

describe('every task', () => {
  test('has a time limit, retries and a catcher', () => {
    expect(
      offenders(
        'Task',
        ({ TimeoutSeconds, Retry, Catch }) => !(TimeoutSeconds && Retry?.length && Catch?.length),
      ),
    ).toEqual([]);
  });

  test('that calls a function waits longer for it than the function may run', async () => {
    const functions = (await packaged('prod')).ofType('AWS::Lambda::Function');
    const timeouts = new Map(functions.map(([id, properties]) => [id, Number(properties.Timeout)]));
    const calls = z.object({ FunctionName: z.string() });
    const called = all
      .filter(([, state]) => state.Resource === 'arn:aws:states:::lambda:invoke')
      .map(([path, state]) => ({ path, state, name: calls.parse(state.Parameters).FunctionName }));
    // Every function that is a step, and none that does not exist.
    expect([...new Set(called.map(({ name }) => name))].sort()).toEqual(
      [...timeouts.keys()].filter((id) => !/^(Collect|Land)/.test(id)).sort(),
    );
    const hasty = called.filter(
      ({ state, name }) => (state.TimeoutSeconds ?? 0) <= (timeouts.get(name) ?? 0),
    );
    expect(hasty.map(({ path }) => path)).toEqual([]);
  });

  test('runs the function whose name it bears, except those that record a failure', () => {
    const calls = z.object({ FunctionName: z.string() });
    const pairs = all
      .filter(([, state]) => state.Resource === 'arn:aws:states:::lambda:invoke')
      .map(([path, state]) => [path.replace(/^.*[/ ]/, ''), calls.parse(state.Parameters).FunctionName]);
    const odd = pairs.filter(([state, id]) => id !== `${state}LambdaFunction`);
    expect(Object.fromEntries(odd)).toEqual({
      PartitionFailed: 'RecordFailureLambdaFunction',
      RecordBackfillFailure: 'RecordFailureLambdaFunction',
    });
  });
});

test('a query that writes is started once, however often its start is tried again', () => {
  const queries = all.filter(
    ([, state]) => state.Resource === 'arn:aws:states:::athena:startQueryExecution.sync',
  );
  const tokens = queries.map(([path, { Parameters }]) => [
    path.replace(/^.*[/ ]/, ''),
    z.object({ 'ClientRequestToken.$': z.string() }).safeParse(Parameters).data?.['ClientRequestToken.$'],
  ]);
  // A hash: tokens are at least 32 characters long, names of executions may have one.
  expect(Object.fromEntries(tokens)).toEqual({
    RunCheck: undefined,
    RunMart: "States.Hash($.location, 'SHA-256')",
  });
});

describe('every retry', () => {
  const retriers = (state: State) => state.Retry ?? [];

  test('backs off, up to a limit, with full jitter', () => {
    expect(
      offenders(undefined, (state) =>
        retriers(state).some(
          ({ BackoffRate = 0, MaxDelaySeconds, IntervalSeconds = 0, MaxAttempts = 0, JitterStrategy }) =>
            BackoffRate <= 1 ||
            !MaxDelaySeconds ||
            MaxDelaySeconds <= IntervalSeconds ||
            MaxAttempts < 1 ||
            JitterStrategy !== 'FULL',
        ),
      ),
    ).toEqual([]);
  });

  test('names no error that would come again, and none twice in a state', () => {
    const hopeless = ['States.ALL', 'States.TaskFailed', 'States.Permissions', ...deterministic];
    const wrong = (state: State): boolean => {
      const names = retriers(state).flatMap(({ ErrorEquals }) => ErrorEquals);
      return names.some((name) => hopeless.includes(name)) || new Set(names).size < names.length;
    };
    expect(offenders(undefined, wrong)).toEqual([]);
  });
});

describe('every catcher', () => {
  const catchers = ({ Catch = [] }: State) => Catch.map(({ ErrorEquals }) => ErrorEquals);

  test('States.ALL stands alone, and last', () => {
    const wrong = (state: State): boolean =>
      catchers(state).some(
        (names, at, { length }) => names.includes('States.ALL') && (names.length > 1 || at < length - 1),
      );
    expect(offenders(undefined, wrong)).toEqual([]);
  });

  test('the last of a task takes everything there is to catch', () => {
    expect(offenders('Task', (state) => catchers(state).at(-1)?.join() !== 'States.ALL')).toEqual([]);
  });

  test('too much data is caught by its name, which States.ALL does not take', () => {
    const wrong = (state: State): boolean =>
      catchers(state).length > 0 && !catchers(state).flat().includes('States.DataLimitExceeded');
    expect(offenders(undefined, wrong)).toEqual([]);
  });
});

describe('every map', () => {
  test('tolerates no failures of its items when it is inline, and never the failure of all of them', () => {
    const tolerance = z.object({
      ItemProcessor: z.object({ ProcessorConfig: z.object({ Mode: z.string() }) }),
      ToleratedFailurePercentage: z.number().optional(),
      ToleratedFailureCount: z.number().optional(),
    });
    const wrong = (state: State): boolean => {
      if (Object.keys(state).some((field) => /^ToleratedFailure.*Path$/.test(field))) return true;
      const {
        ItemProcessor,
        ToleratedFailurePercentage: share,
        ToleratedFailureCount: count,
      } = tolerance.parse(state);
      if (share === undefined && count === undefined) return false;
      // A count alone takes all of fewer items; of both, whichever is exceeded fails the map.
      return ItemProcessor.ProcessorConfig.Mode === 'INLINE' || share === undefined || share >= 100;
    };
    expect(offenders('Map', wrong)).toEqual([]);
  });

  test('runs a bounded number of items at a time, and is caught', () => {
    expect(
      offenders(
        'Map',
        ({ MaxConcurrency = 0, MaxConcurrencyPath, Catch = [] }) =>
          // What a plan asks for is bounded where it is made: test/steps/backfilling.test.ts.
          (MaxConcurrencyPath !== '$.plan.concurrency' && (MaxConcurrency < 1 || MaxConcurrency > 10)) ||
          Catch.length === 0,
      ),
    ).toEqual([]);
  });
});

describe('a run of etl', () => {
  const PARTITIONS = 500;

  test('of 500 partitions that all retry and fail stays under the 25,000 events of a history', () => {
    const items = { BuildPartitions: PARTITIONS, Checks: 20, Marts: 10 };
    const { events, perItem } = historyOf(machines['headrace-prod-etl'], items);
    expect(perItem.BuildPartitions).toBeLessThanOrEqual(43);
    expect(events).toBeLessThan(25_000);
  });

  test('of 500 partitions, each with new shapes, keeps its results and its plan under 256 KB', () => {
    const count = 123_456_789;
    const selected = z
      .object({ ResultSelector: z.record(z.string(), z.unknown()) })
      .parse(all.find(([path]) => path.endsWith('/Publish'))?.[1]).ResultSelector;
    const fields: Record<string, unknown> = {
      partition: '2026-11-01T05',
      status: 'unchanged',
      counts: { raw: count, curated: count, duplicates: count, rejected: count },
      rawBytes: count,
      parquetBytes: count,
      newShapes: [
        'checkout_step_completed.shipping_address_line:string',
        'checkout_step_completed.coupon_codes:array',
      ],
    };
    expect(
      Object.keys(selected)
        .map((name) => name.replace('.$', ''))
        .sort(),
    ).toEqual(Object.keys(fields).sort());
    expect(selected['newShapes.$']).toBe('$.Payload.newShapes[0:2]');
    const partitions = Array.from({ length: PARTITIONS }, () => ({
      partition: '2026-11-01T05',
      force: false,
    }));
    const state = {
      plan: { execution: 'x'.repeat(80), partitions, marts: [] },
      tally: partitions.map(() => fields),
    };
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(262_144);
  });
});
