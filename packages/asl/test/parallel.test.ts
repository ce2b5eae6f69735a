import { describe, expect, test } from '@jest/globals';
import { StatesError } from '../src/errors.ts';
import { runDefinition } from './support/run.ts';

const good = 'arn:aws:states:::test:good';
const bad = 'arn:aws:states:::test:bad';
const branch = (name: string, Resource: string) => ({
  StartAt: name,
  States: { [name]: { Type: 'Task', Resource, End: true } },
});
const machine = (fields: object) => ({
  StartAt: 'P',
  States: {
    P: { Type: 'Parallel', Branches: [branch('A', good), branch('B', bad)], ...fields },
    C: { Type: 'Succeed' },
  },
});

describe('Parallel', () => {
  test('a retry runs every branch again, and only after those of the failed attempt have come to rest', async () => {
    const log: string[] = [];
    let failures = 1;
    const handlers = {
      [good]: async (_: unknown, { signal }: { signal: AbortSignal }) => {
        log.push('good begins');
        if (failures < 1) return 'good';
        return new Promise<never>(() => signal.addEventListener('abort', () => log.push('good stopped')));
      },
      [bad]: async () => {
        log.push('bad begins');
        failures -= 1;
        if (failures >= 0) throw new StatesError('E', '');
        return 'bad';
      },
    };
    const fields = {
      Retry: [{ ErrorEquals: ['E'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }],
      End: true,
    };

    const { events } = await runDefinition(machine(fields), {}, { ...handlers });

    expect(log.slice(0, 4)).toEqual(['good begins', 'bad begins', 'good stopped', 'good begins']);
    expect(events.filter(({ type }) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'ParallelStateFailed')).toHaveLength(0);
  });

  test('an uncaught failure of a branch is the failure of the state', async () => {
    const handlers = {
      [good]: () => 1,
      [bad]: () => {
        throw new StatesError('E', 'why');
      },
    };

    const { output } = await runDefinition(
      machine({ Next: 'C', Catch: [{ ErrorEquals: ['E'], Next: 'C' }] }),
      {},
      handlers,
    );

    expect(output).toEqual({ Error: 'E', Cause: 'why' });
  });
});
