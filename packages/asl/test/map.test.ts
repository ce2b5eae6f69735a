import { describe, expect, test } from '@jest/globals';
import { StatesError } from '../src/errors.ts';
import type { Json, JsonObject } from '../src/values.ts';
import { type Handler, resource, runDefinition } from './support/run.ts';

const work = { Work: { Type: 'Task', Resource: resource, End: true } };
const machine = (fields: JsonObject, processor: JsonObject = {}) => ({
  StartAt: 'M',
  States: {
    M: { Type: 'Map', End: true, ItemProcessor: { StartAt: 'Work', States: work, ...processor }, ...fields },
  },
});
const run = (fields: JsonObject, handler: Handler, input: Json, processor: JsonObject = {}) =>
  runDefinition(machine(fields, processor), input, { [resource]: handler });
const numbers = (length: number) => Array.from({ length }, (_, index) => index);
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Map', () => {
  test('results stand in the order of the items, whoever finishes first', async () => {
    const { output } = await run(
      {},
      async (input) => {
        for (let turns = 3 - Number(input); turns > 0; turns -= 1) await turn();
        return Number(input) * 10;
      },
      [0, 1, 2],
    );

    expect(output).toEqual([0, 10, 20]);
  });

  test.each([
    [3, 3],
    [0, 40],
  ])(
    'MaxConcurrency %d runs at most %d iterations at a time, and all of them',
    async (MaxConcurrency, most) => {
      let now = 0;
      let peak = 0;
      const { output } = await run(
        { MaxConcurrency },
        async (input) => {
          now += 1;
          peak = Math.max(peak, now);
          await turn();
          now -= 1;
          return input;
        },
        numbers(100),
      );

      expect(peak).toBe(most);
      expect(output).toEqual(numbers(100));
    },
  );

  test('ItemSelector sees the whole input and the item; the context keeps the item for inner states', async () => {
    const seen: Json[] = [];
    const States = {
      Work: {
        Type: 'Task',
        Resource: resource,
        Parameters: { 'in.$': '$', 'index.$': '$$.Map.Item.Index' },
        End: true,
      },
    };
    const fields = {
      ItemsPath: '$.list',
      ItemSelector: { 'item.$': '$$.Map.Item.Value', 'all.$': '$.list' },
    };

    await run(fields, (input) => seen.push(input), { list: ['a', 'b'] }, { States });

    expect(seen).toEqual([
      { in: { item: 'a', all: ['a', 'b'] }, index: 0 },
      { in: { item: 'b', all: ['a', 'b'] }, index: 1 },
    ]);
  });

  test('the first failure stops the other iterations before the Map fails, and says so in the history', async () => {
    const stopped: Json[] = [];
    const { outcome, events } = await run(
      {},
      async (input, call) => {
        if (input === 1) throw new StatesError('E', 'of item 1');
        call.signal.addEventListener('abort', () => stopped.push(input));
        return new Promise<never>(() => {});
      },
      [0, 1, 2],
    );

    expect(outcome).toEqual({ status: 'FAILED', error: 'E', reason: 'of item 1' });
    expect(stopped).toEqual([0, 2]);
    expect(events.map(({ type }) => type).slice(-8)).toEqual([
      'TaskFailed',
      'MapIterationFailed',
      'TaskStateAborted',
      'TaskStateAborted',
      'MapIterationAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('items not begun when one fails are never begun', async () => {
    const begun: Json[] = [];
    await run(
      { MaxConcurrency: 1 },
      (input) => {
        begun.push(input);
        if (input === 1) throw new StatesError('E', '');
        return input;
      },
      [0, 1, 2, 3],
    );

    expect(begun).toEqual([0, 1]);
  });

  test('no items make an empty result', async () => {
    const { output, events } = await run({}, () => 1, []);

    expect(output).toEqual([]);
    expect(events.map(({ type }) => type)).toContain('MapStateSucceeded');
  });

  test('a Map over something else than an array fails the execution', async () => {
    const { outcome } = await run({ ItemsPath: '$.a' }, () => 1, { a: {} });

    expect(outcome).toMatchObject({
      error: 'States.Runtime',
      reason: expect.stringContaining('"$.a" must point to array'),
    });
  });

  test('500 items of two tasks write a history that grows with the items, not with their square', async () => {
    const States = {
      Work: { ...work.Work, End: false, Next: 'More' },
      More: { Type: 'Task', Resource: resource, End: true },
    };

    const { events, output } = await run({ MaxConcurrency: 10 }, (input) => input, numbers(500), { States });

    // 2 an iteration, 5 a task; 3 of the Map with its result, 1 before it and 1 after
    expect(events).toHaveLength(500 * (2 + 2 * 5) + 6);
    const bytes = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
    expect(bytes / events.length).toBeLessThan(300);
    expect(output).toEqual(numbers(500));
  });

  test.each<[Json, string]>([
    ['1', 'SUCCEEDED'],
    [2, 'SUCCEEDED'],
    ['1.5', 'not a valid integer'],
    ['', 'not a valid integer'],
    [true, 'not a valid integer'],
    ['-1', 'must be an integer from 0'],
  ])('MaxConcurrencyPath reads the text of its value: %j', async (n, wanted) => {
    const fields = { ItemsPath: '$.items', MaxConcurrencyPath: '$.n' };

    const { outcome } = await run(fields, () => 1, { items: [1], n });

    expect(JSON.stringify(outcome)).toContain(wanted);
  });

  test('a path that finds nothing says which part of it is missing', async () => {
    const reasonOf = async (path: string) => {
      const { outcome } = await run({ ItemsPath: '$.items', MaxConcurrencyPath: path }, () => 1, {
        items: [1],
      });
      return JSON.stringify(outcome);
    };

    expect(await reasonOf('$.n')).toContain("Invalid path '$.n' : No results for path: $['n']");
    expect(await reasonOf('$.a.b')).toContain("Invalid path '$.a.b' : Missing property in path $['a']");
  });
});

describe('Distributed Map', () => {
  const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
  const odd: Handler = (input) => {
    if (Number(input) % 2 === 1) throw new StatesError('Odd', '');
    return input;
  };

  test('its items are executions of their own: nothing of them stands in the history', async () => {
    const { output, events } = await run({ Label: 'L' }, (input) => input, [1, 2], distributed);

    expect(output).toEqual([1, 2]);
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[3]?.details).toEqual({
      mapRunStartedEventDetails: { mapRunArn: 'machine:m/L:uuid-1' },
    });
  });

  test('tolerated failures are left out of the result; one too many fails the Map', async () => {
    const tolerant = await run({ ToleratedFailurePercentage: 50 }, odd, numbers(4), distributed);
    const strict = await run({ ToleratedFailureCount: 1 }, odd, numbers(4), distributed);
    const none = await run({}, odd, numbers(4), distributed);

    expect(tolerant.output).toEqual([0, 2]);
    expect(strict.outcome).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    expect(none.outcome).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
  });

  test('each child has its own name, input and id in the context', async () => {
    const States = { Work: { Type: 'Pass', Parameters: { 'e.$': '$$.Execution' }, End: true } };

    const { output } = await run({ Label: 'L' }, () => 1, ['a'], { ...distributed, States });

    expect(output).toEqual([
      {
        e: expect.objectContaining({
          Name: 'uuid-2',
          Input: 'a',
          Id: expect.stringContaining('execution:m:e/L:uuid-2'),
        }),
      },
    ]);
  });

  test('an inline Map with tolerated failures says that it cannot tolerate, instead of quietly not doing so', async () => {
    const { outcome } = await run({ ToleratedFailureCount: 9 }, odd, numbers(4));

    expect(outcome).toMatchObject({
      error: 'States.Runtime',
      reason: expect.stringContaining('distributed Maps only'),
    });
  });
});
