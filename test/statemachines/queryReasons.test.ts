import { beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonService } from 'headrace-emulator';
import type { FaultRule } from 'headrace-emulator/faults';
import { createFaults, queryReasons } from 'headrace-emulator/faults';
import { context, fixture, oneTask } from 'headrace-emulator/testing';
import { packaged, stateMachines } from '../helpers/packaged.ts';
import { type State, statesOf } from '../helpers/states.ts';

type QueryKind = keyof typeof queryReasons;

const all = (['queryFailedTransient', 'queryFailedDeterministic', 'queryCancelled'] as const).flatMap(
  (kind) => queryReasons[kind].map((reason): [QueryKind, string] => [kind, reason]),
);

/** What Athena says first of each reason. */
const words: { readonly [reason: string]: string } = {
  exhausted: 'Query exhausted resources',
  internal: 'Internal service error',
  slowDown: 'SlowDown',
  syntaxError: 'SYNTAX_ERROR: ',
  columnMissing: 'COLUMN_NOT_FOUND: ',
  tableMissing: 'TABLE_NOT_FOUND: ',
  schemaMismatch: 'HIVE_PARTITION_SCHEMA_MISMATCH: ',
  badData: 'HIVE_BAD_DATA: ',
  byUser: 'Query cancelled by user',
  scanCutoff: 'Bytes scanned limit was exceeded',
};

/** Athena whose every query goes well, under these rules. */
const athenaUnder = (rules: readonly FaultRule[], seed = '1') => {
  const started: string[] = [];
  const well: JsonService = {
    name: 'athena',
    targetPrefix: 'AmazonAthena',
    jsonVersion: '1.1',
    call: async (action, input): Promise<JsonObject> => {
      if (action === 'StartQueryExecution') {
        started.push(`query-${started.length + 1}`);
        return { QueryExecutionId: started.at(-1) ?? '' };
      }
      return {
        QueryExecution: { QueryExecutionId: input.QueryExecutionId ?? '', Status: { State: 'SUCCEEDED' } },
      };
    },
  };
  const faulty = createFaults({ seed, rules }).inProcess(well);
  const call = (action: string) => (input: JsonObject) => faulty.call(action, input, context);
  return {
    started,
    actions: {
      StartQueryExecution: call('StartQueryExecution'),
      GetQueryExecution: call('GetQueryExecution'),
      StopQueryExecution: call('StopQueryExecution'),
    },
  };
};

const queryRule = (kind: FaultRule['kind'], more: Partial<FaultRule> = {}): FaultRule => ({
  service: 'athena',
  operation: 'StartQueryExecution',
  kind,
  ...more,
});

describe('a query that does not end well', () => {
  test('has reasons of every category that Athena has, and both ways of being cancelled', async () => {
    const ends = await Promise.all(
      all.map(async ([kind, reason]) => {
        const { actions } = athenaUnder([queryRule(kind, { reason, probability: 1 })]);
        const { QueryExecutionId = '' } = await actions.StartQueryExecution({});
        return actions.GetQueryExecution({ QueryExecutionId });
      }),
    );
    expect(Object.keys(words).sort()).toEqual(all.map(([, reason]) => reason).sort());
    for (const [at, [kind, reason]] of all.entries())
      expect(ends[at]).toMatchObject({
        QueryExecution: {
          Status: {
            State: kind === 'queryCancelled' ? 'CANCELLED' : 'FAILED',
            StateChangeReason: expect.stringContaining(words[reason] ?? 'no reason'),
          },
        },
      });
    const said = JSON.stringify(ends);
    expect([1, 2, 3].filter((category) => !said.includes(`"ErrorCategory":${category}`))).toEqual([]);
  });

  test.each(['queryFailedTransient', 'queryFailedDeterministic', 'queryCancelled'] as const)(
    'by %s meets each of its reasons when the dice choose, and the same ones under the same seed',
    async (kind) => {
      const reasonsUnder = async (seed: string): Promise<string[]> => {
        const { actions } = athenaUnder([queryRule(kind, { probability: 1 })], seed);
        const met: string[] = [];
        for (let n = 0; n < 60; n += 1) {
          const { QueryExecutionId = '' } = await actions.StartQueryExecution({});
          const seen = JSON.stringify(await actions.GetQueryExecution({ QueryExecutionId }));
          met.push(queryReasons[kind].find((reason) => seen.includes(words[reason] ?? '')) ?? 'none');
        }
        return met;
      };
      const met = await reasonsUnder('1');
      expect([...new Set(met)].sort()).toEqual([...queryReasons[kind]].sort());
      expect(await reasonsUnder('1')).toEqual(met);
      expect(await reasonsUnder('2')).not.toEqual(met);
    },
  );

  test('for a reason that nobody has written down is refused, not passed over', async () => {
    const { actions } = athenaUnder([queryRule('queryCancelled', { reason: 'syntaxError', calls: [1] })]);
    await expect(actions.StartQueryExecution({})).rejects.toThrow('No query ends as queryCancelled');
  });
});

describe.each(['Checks/RunCheck', 'Marts/RunMart'])('the task %s of the etl', (path) => {
  let task: State;
  beforeAll(async () => {
    const states = statesOf(stateMachines(await packaged('prod'))['headrace-prod-etl']);
    const found = states.find(([name]) => name === path)?.[1];
    if (found === undefined) throw new Error(`etl has no state ${path}`);
    task = found;
  }, 180_000);

  const runUnder = async (rule: FaultRule) => {
    const { actions, started } = athenaUnder([rule]);
    const { run } = fixture({ services: { athena: actions } });
    const { Resource = '', Retry = [], TimeoutSeconds = 0 } = task;
    const Parameters = { QueryString: 'SELECT 1', WorkGroup: 'w' };
    // Without jitter: the virtual clock would show fractions of milliseconds, which no real one does.
    const retriers = Retry.map(({ JitterStrategy, ...rule }) => JSON.parse(JSON.stringify(rule)));
    const ended = await run(oneTask(Resource, { Parameters, Retry: retriers, TimeoutSeconds }));
    return { ended, started };
  };

  test.each(all)('starts a query once that ends by %s for %s', async (kind, reason) => {
    const { ended, started } = await runUnder(queryRule(kind, { reason, probability: 1 }));
    expect(started).toEqual(['query-1']);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(String(ended.cause)).toContain(words[reason]);
  });

  test('starts one again that Athena would not start, being asked too often', async () => {
    const { ended, started } = await runUnder(queryRule('throttled', { calls: [1, 2, 3] }));
    expect(started).toEqual(['query-1']);
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
  });
});
