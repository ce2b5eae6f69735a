import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { errorNames } from '../../src/errors.ts';
import { sharedData } from '../helpers/sharedData.ts';
import { type State, statesOf } from '../helpers/states.ts';
import { packagedMachines } from './support/machine.ts';

/** Names of the language itself. */
const language = [
  'States.ALL',
  'States.DataLimitExceeded',
  'States.Timeout',
  'States.TaskFailed',
  'States.Permissions',
  'States.Runtime',
];

/** Step Functions' own client failing; in no model, but in its guide, "Handle transient Lambda service exceptions". */
const ofTheClient = [
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
];

/** Shapes of the services' API models; held against the models themselves where they are at hand. */
const ofServices = [
  'Athena.InternalServerException',
  'Athena.TooManyRequestsException',
  'Glue.CrawlerRunningException',
  'Glue.OperationTimeoutException',
  'Glue.ThrottlingException',
  'Lambda.ServiceException',
  'Lambda.TooManyRequestsException',
  'StepFunctions.ExecutionLimitExceededException', // Java's name of the model's ExecutionLimitExceeded
];

/** Where a service's errors are in the models, by the prefix Step Functions gives them. */
const models: Record<string, string> = {
  Athena: 'athena',
  Glue: 'glue',
  Lambda: 'lambda',
  StepFunctions: 'stepfunctions',
};

/** Prefixes of the errors that a resource's service reports: `…:aws-sdk:glue:startCrawler` → Glue. */
const prefixes: [resource: RegExp, prefix: string][] = [
  [/:lambda:invoke$/, 'Lambda.'],
  [/:athena:\w+(\.sync)?$/, 'Athena.'],
  [/:aws-sdk:glue:\w+$/, 'Glue.'],
  [/:states:startExecution(\.sync(:2)?)?$/, 'StepFunctions.'],
];

let all: [path: string, state: State][] = [];
beforeAll(async () => {
  all = [...(await packagedMachines())].flatMap(([name, machine]) =>
    statesOf(machine).map(([path, state]): [string, State] => [`${name}: ${path}`, state]),
  );
}, 180_000);

const namesIn = ({ Retry = [], Catch = [] }: State): string[] =>
  [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals);

const isOurs = (name: string): boolean => errorNames.some((ours) => ours === name);

describe('every error name', () => {
  test('is one of ours or one that AWS reports', () => {
    const known = new Set<string>([...errorNames, ...language, ...ofTheClient, ...ofServices]);
    const used = all.flatMap(([, state]) => namesIn(state));
    expect(used.length).toBeGreaterThan(0);
    expect([...new Set(used.filter((name) => !known.has(name)))]).toEqual([]);
  });

  const errors = sharedData('vectors/aws-models/derived/aws_errors.json');
  (errors ? test : test.skip)("of a service is in the service's own model", () => {
    const shapes = z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .parse(JSON.parse(readFileSync(errors ?? '', 'utf8')));
    const absent = ofServices.filter((name) => {
      const [prefix = '', shape = ''] = name.split('.');
      const model = shapes[models[prefix] ?? ''];
      return model?.[shape] === undefined && model?.[shape.replace(/Exception$/, '')] === undefined;
    });
    expect(absent).toEqual([]);
  });

  test('of a service stands at a task that calls this service, and one of ours at a task that runs our code', () => {
    const wrong = all.filter(([, state]) => {
      if (state.Type !== 'Task') return false;
      const [, prefix] = prefixes.find(([resource]) => resource.test(state.Resource ?? '')) ?? [];
      if (prefix === undefined) return true;
      const foreign = (name: string): boolean =>
        !(name.startsWith('States.') || name.startsWith(prefix) || (isOurs(name) && prefix === 'Lambda.'));
      return namesIn(state).some(foreign);
    });
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  test('that a Fail or a Pass state makes up is one of ours', () => {
    const made = all.flatMap(([, { Type, Error: fails, Parameters }]) =>
      Type === 'Fail'
        ? [fails]
        : Type === 'Pass'
          ? [z.object({ Error: z.string() }).safeParse(Parameters).data?.Error]
          : [],
    );
    const names = made.filter((name) => name !== undefined);
    expect(names).toEqual(
      expect.arrayContaining(['CheckFailed', 'CrawlFailed', 'CrawlTimedOut', 'PartitionsFailed']),
    );
    expect(names.filter((name) => !isOurs(name))).toEqual([]);
  });
});

describe('the class of an error', () => {
  const longest = ({ IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = 0, MaxAttempts = 3 }): number =>
    Array.from({ length: MaxAttempts }, (_, at) =>
      Math.min(IntervalSeconds * BackoffRate ** at, MaxDelaySeconds),
    ).reduce((sum, seconds) => sum + seconds, 0);

  test('says how long it is retried: a service that asked us to slow down for longer than one that broke', () => {
    const both = all.flatMap(([path, { Retry = [] }]) => {
      const ruleOf = (names: RegExp) =>
        Retry.find(({ ErrorEquals }) => ErrorEquals.some((name) => names.test(name)));
      const slow = ruleOf(/^Throttled$|TooManyRequests/);
      const brief = ruleOf(/^Transient$|InternalServer/);
      // A state that has one rule for both keeps its retries few for another reason.
      if (slow === undefined || brief === undefined || slow === brief) return [];
      return [{ path, longer: longest(slow) > longest(brief) }];
    });
    expect(both.length).toBeGreaterThan(5);
    expect(both.filter(({ longer }) => !longer)).toEqual([]);
  });
});
