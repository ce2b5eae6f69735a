import { describe, expect, test } from '@jest/globals';
import { AwsError, type JsonObject, type JsonService } from '../../src/contracts.ts';
import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRule } from '../../src/faults/rules.ts';

const as = { accessKeyId: 'role' };

/** Athena of one query that succeeds, and what it was asked. */
const athena = (...rules: FaultRule[]) => {
  const asked: string[] = [];
  const service: JsonService = {
    name: 'athena',
    targetPrefix: 'AmazonAthena',
    jsonVersion: '1.1',
    call: async (action): Promise<JsonObject> => {
      asked.push(action);
      if (action !== 'GetQueryExecution') return { QueryExecutionId: 'query-1' };
      return { QueryExecution: { QueryExecutionId: 'query-1', Status: { State: 'SUCCEEDED' } } };
    },
  };
  const faults = createFaults({ seed: '1', rules });
  return { faults, asked, faulty: faults.inProcess(service) };
};

const rule = (kind: FaultRule['kind']): FaultRule => ({
  service: 'athena',
  operation: 'StartQueryExecution',
  kind,
  calls: [1],
});

describe('a service that a state machine calls', () => {
  test.each([
    ['queryFailedTransient', 'FAILED', 'GENERIC_INTERNAL_ERROR'],
    ['queryFailedDeterministic', 'FAILED', 'COLUMN_NOT_FOUND'],
    ['queryCancelled', 'CANCELLED', 'Query cancelled'],
  ] as const)('a query under %s runs and ends as %s', async (kind, State, reason) => {
    const { faulty, asked, faults } = athena(rule(kind));

    await faulty.call('StartQueryExecution', {}, as);
    const ended = await faulty.call('GetQueryExecution', { QueryExecutionId: 'query-1' }, as);

    expect(ended).toMatchObject({
      QueryExecution: { Status: { State, StateChangeReason: expect.stringContaining(reason) } },
    });
    await expect(faulty.call('GetQueryResults', { QueryExecutionId: 'query-1' }, as)).rejects.toThrow(
      'Query has not finished successfully.',
    );
    expect(asked).toEqual(['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults']);
    expect(faults.counts()).toEqual({ [kind]: 1 });
  });

  test('is throttled by its own name, and works at the next call', async () => {
    const { faulty, asked } = athena(rule('throttled'));

    await expect(faulty.call('StartQueryExecution', {}, as)).rejects.toMatchObject({
      code: 'TooManyRequestsException',
    });
    expect(asked).toEqual([]);
    expect(await faulty.call('StartQueryExecution', {}, as)).toEqual({ QueryExecutionId: 'query-1' });
  });

  test('has started the query whose answer was lost, and the machine hears of its own client', async () => {
    const { faulty, asked } = athena(rule('droppedAfter'));

    await expect(faulty.call('StartQueryExecution', {}, as)).rejects.toMatchObject({
      error: 'Athena.SdkClientException',
    });
    expect(asked).toEqual(['StartQueryExecution']);
  });

  test('fails as the service does when nothing is injected', async () => {
    const { faults } = athena();
    const broken: JsonService = {
      name: 'glue',
      targetPrefix: 'AWSGlue',
      jsonVersion: '1.1',
      call: async () => {
        throw new AwsError('EntityNotFoundException', 'no such crawler');
      },
    };

    await expect(faults.inProcess(broken).call('StartCrawler', {}, as)).rejects.toMatchObject({
      code: 'EntityNotFoundException',
    });
  });
});

describe('calls of functions', () => {
  test.each([
    ['functionKilled', { kind: 'kill', afterMs: expect.any(Number) }],
    ['functionTimedOut', { kind: 'timeout', afterMs: expect.any(Number) }],
    ['functionTwice', { kind: 'twice' }],
    ['functionThrottled', { kind: 'throttle' }],
    ['serverError', { kind: 'serviceError' }],
  ] as const)('%s befalls the function with the key that the rule names', (kind, expected) => {
    const faults = createFaults({
      seed: '1',
      rules: [{ service: 'lambda', operation: 'land', kind, probability: 1 }],
    });

    expect(faults.onInvoke('headrace-local-land', '{}')).toEqual(expected);
    expect(faults.onInvoke('headrace-local-build', '{}')).toBeUndefined();
    expect(faults.counts()).toEqual({ [kind]: 1 });
  });

  test('are killed at any point of the time that the rule gives, each seed at points of its own', () => {
    const pointsUnder = (seed: string): number[] => {
      const rules: FaultRule[] = [{ service: 'lambda', kind: 'functionKilled', ms: 1_000, probability: 1 }];
      const { onInvoke } = createFaults({ seed, rules });
      return Array.from({ length: 200 }, () => {
        const fault = onInvoke('headrace-local-land', '{}');
        return fault?.kind === 'kill' ? fault.afterMs : -1;
      });
    };
    const points = pointsUnder('1');

    expect(Math.min(...points)).toBeLessThan(100);
    expect(Math.min(...points)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...points)).toBeGreaterThan(900);
    expect(Math.max(...points)).toBeLessThanOrEqual(1_000);
    expect(pointsUnder('1')).toEqual(points);
    expect(pointsUnder('2')).not.toEqual(points);
  });
});
