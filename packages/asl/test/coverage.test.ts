import { expect, test } from '@jest/globals';
import { coverageOf } from '../src/compile/machine.ts';
import { StatesError } from '../src/errors.ts';
import { startMachine } from '../src/run.ts';
import { aboutExecution } from '../src/testing/aboutExecution.ts';
import { virtualTimer } from '../src/testing/virtualTimer.ts';
import type { Json } from '../src/values.ts';
import { compile, resource, tasksOf } from './support/run.ts';

const definition = {
  StartAt: 'Which',
  States: {
    Which: {
      Type: 'Choice',
      Choices: [{ Variable: '$.work', IsPresent: true, Next: 'Each' }],
      Default: 'Idle',
    },
    Idle: { Type: 'Succeed' },
    Each: {
      Type: 'Map',
      ItemsPath: '$.work',
      ItemProcessor: {
        StartAt: 'Do',
        States: {
          Do: {
            Type: 'Task',
            Resource: resource,
            Retry: [{ ErrorEquals: ['Again'], MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Failed' }],
            End: true,
          },
          Failed: { Type: 'Pass', End: true },
        },
      },
      End: true,
    },
  },
};

test('coverage over several runs names what none of them reached', async () => {
  const errors = new Map<Json, string[]>([['again', ['Again']]]);
  const tasks = tasksOf({
    [resource]: (input) => {
      const error = input === 'bad' ? 'Bad' : errors.get(input)?.shift();
      if (error !== undefined) throw new StatesError(error, '');
      return input;
    },
  });
  const machine = compile(definition, tasks);
  const coverage = coverageOf(machine);
  const run = (input: Json) =>
    startMachine(machine, { about: aboutExecution(input), tasks, timer: virtualTimer(), coverage }).outcome;

  await run({ work: ['good'] });
  expect(coverage.report()).toEqual({
    points: 12,
    reached: 6,
    missing: [
      'Which default -> Idle',
      'Idle',
      'Each/Do retry 0',
      'Each/Do catch 0 -> Failed',
      'Each/Failed',
      'Each/Failed -> End',
    ],
  });

  await run({ work: ['again', 'bad'] });
  await run({});
  expect(coverage.report()).toEqual({ points: 12, reached: 12, missing: [] });
});
