import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import aslValidator from 'asl-validator';
import { z } from 'zod';
import { addingParams, packaged, stateMachines } from '../helpers/packaged.ts';
import { historyOf } from '../helpers/stateHistory.ts';
import { type State, statesOf } from '../helpers/states.ts';
import { offendersOf, ruleNames } from './support/rules.ts';

let all: [path: string, state: State][] = [];
let machines: Record<string, unknown> = {};

beforeAll(async () => {
  machines = stateMachines(await packaged('prod', addingParams));
  all = Object.entries(machines).flatMap(([name, machine]) =>
    statesOf(machine).map(([path, state]): [string, State] => [`${name}: ${path}`, state]),
  );
});

const offenders = (type: string | undefined, isWrong: (state: State) => boolean): string[] =>
  all
    .filter(([, state]) => (type === undefined || state.Type === type) && isWrong(state))
    .map(([path]) => path);

const WHOLE_STATE = /^ {2}\w+: \$\{file\(statemachines\/\w+\.yml\):.*\}$/gm;

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
      // But for a state of which a param decides: the plugin gets the file's.
      const written = readFileSync(`statemachines/${name}`, 'utf8').replaceAll(WHOLE_STATE, '');
      expect(written.match(/\$\{|\s!(Sub|Ref|GetAtt)\b/g)).toBeNull();
    }
  });
});

describe('every task', () => {
  test('that calls a function waits longer for it than the function may run', async () => {
    const functions = (await packaged('prod', addingParams)).ofType('AWS::Lambda::Function');
    const timeouts = new Map(functions.map(([id, properties]) => [id, Number(properties.Timeout)]));
    const calls = z.object({ FunctionName: z.string() });
    const called = all
      .filter(([, state]) => state.Resource === 'arn:aws:states:::lambda:invoke')
      .map(([path, state]) => ({ path, state, name: calls.parse(state.Parameters).FunctionName }));
    // Every function that is a step, and none that does not exist.
    expect([...new Set(called.map(({ name }) => name))].sort()).toEqual(
      [...timeouts.keys()]
        .filter((id) => !/^(Collect|Land|ReconcileAll|Windows|PostgresLambda)/.test(id))
        .sort(),
    );
    const hasty = called.filter(
      ({ state, name }) => (state.TimeoutSeconds ?? 0) <= (timeouts.get(name) ?? 0),
    );
    expect(hasty.map(({ path }) => path)).toEqual([]);
  });

  test('runs the function whose name it bears, except those that record a failure, and the upkeep', () => {
    const calls = z.object({ FunctionName: z.string() });
    const pairs = all
      .filter(([, state]) => state.Resource === 'arn:aws:states:::lambda:invoke')
      .map(([path, state]) => [path.replace(/^.*[/ ]/, ''), calls.parse(state.Parameters).FunctionName]);
    const odd = pairs.filter(([state, id]) => id !== `${state}LambdaFunction`);
    expect(Object.fromEntries(odd)).toEqual({
      PartitionFailed: 'RecordFailureLambdaFunction',
      RecordBackfillFailure: 'RecordFailureLambdaFunction',
      Postgres: 'PostgresUpkeepLambdaFunction',
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
    // Redriven, it asks anew: the token of before stands for the query that failed.
    RunMart: "States.Hash(States.Format('{} {}', $.location, $$.Execution.RedriveCount), 'SHA-256')",
    RunWarning: undefined,
  });
});

describe('every state', () => {
  test.each(ruleNames)('keeps the rule that %s', (rule) => {
    const broken = Object.entries(machines).flatMap(([name, machine]) =>
      offendersOf(machine, rule).map((path) => `${name}: ${path}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('a run of etl', () => {
  const PARTITIONS = 500;

  test('of 500 partitions that all retry and fail stays under the 25,000 events of a history', () => {
    const items = { BuildPartitions: PARTITIONS, Checks: 12, Marts: 10, Warnings: 5 };
    const { events, perItem } = historyOf(machines['headrace-prod-etl'], items);
    expect(perItem.BuildPartitions).toBeLessThanOrEqual(43);
    expect(events).toBeLessThan(25_000);
  });

  test('of 500 partitions, each with new properties, keeps its results and its plan under 256 KB', () => {
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
