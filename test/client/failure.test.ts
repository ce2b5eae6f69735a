import { describe, expect, test } from '@jest/globals';
import { CliError, messageOf, nextStepAfter } from '../../client/failure.ts';

describe('errors as a person reads them', () => {
  test('tell what fetch hides in its cause', () => {
    const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9') });
    expect(messageOf(error)).toBe('connect ECONNREFUSED 127.0.0.1:9');
  });

  test('say who stopped a wait that was aborted', () => {
    const aborted = Object.assign(new Error('The operation was aborted'), {
      name: 'AbortError',
      cause: new CliError('Stopped.'),
    });
    expect(messageOf(aborted)).toBe('Stopped.');
  });

  test('do not say the same twice when they keep their cause', () => {
    const cause = new Error('no such file');
    expect(messageOf(new CliError('Cannot read x: no such file', undefined, { cause }))).toBe(
      'Cannot read x: no such file',
    );
  });

  test('fall back to a code where there is no message', () => {
    expect(messageOf(Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }))).toBe(
      'ECONNREFUSED',
    );
  });

  test('tell what a deployed stage needs when the SDK misses a region or credentials', () => {
    expect(nextStepAfter(new Error('Region is missing'))).toContain('AWS_REGION');
    expect(nextStepAfter(new Error('something else'))).toBeUndefined();
  });
});
