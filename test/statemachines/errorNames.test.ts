import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { sharedData } from '../../packages/sharedData.ts';
import { errorNames } from '../../src/errors.ts';
import { type State, statesOf } from '../helpers/states.ts';
import { packagedMachines } from './support/machine.ts';
import { namesIn, ofServices } from './support/rules.ts';

/** Where a service's errors are in the models, by the prefix Step Functions gives them. */
const models: Record<string, string> = {
  Athena: 'athena',
  Glue: 'glue',
  Lambda: 'lambda',
  StepFunctions: 'stepfunctions',
};

let all: [path: string, state: State][] = [];
beforeAll(async () => {
  all = [...(await packagedMachines())].flatMap(([name, machine]) =>
    statesOf(machine).map(([path, state]): [string, State] => [`${name}: ${path}`, state]),
  );
}, 180_000);

const isOurs = (name: string): boolean => errorNames.some((ours) => ours === name);

describe('every error name', () => {
  // That they are, rule by rule: definition.test.ts.
  test('of a service that is known stands at some state', () => {
    const used = new Set(all.flatMap(([, state]) => namesIn(state)));
    expect(ofServices.filter((name) => !used.has(name))).toEqual([]);
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
