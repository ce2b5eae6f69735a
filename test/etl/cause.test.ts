import { expect, test } from '@jest/globals';
import { readableCause } from '../../src/etl/cause.ts';

test('the cause of a failed function is its message, without its stack trace', () => {
  expect(readableCause('{"errorType":"InvalidInput","errorMessage":"no range","trace":["at x"]}')).toBe(
    'no range',
  );
});

test("the cause of a failed query is Athena's reason", () => {
  const execution = {
    QueryExecutionId: 'q',
    Status: { State: 'FAILED', StateChangeReason: 'SYNTAX_ERROR: line 1' },
  };
  expect(readableCause(JSON.stringify(execution))).toBe('SYNTAX_ERROR: line 1');
});

test.each(['a plain cause', '', '{"anything":"else"}', '{"errorMessage":5}'])(
  'any other cause stays: %j',
  (cause) => {
    expect(readableCause(cause)).toBe(cause);
  },
);
