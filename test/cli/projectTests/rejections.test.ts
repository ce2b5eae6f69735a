import { describe, expect, test } from '@jest/globals';
import { rejectionFailures } from '../../../cli/projectTests/sending.ts';

const sent = (text: string, alone = true) => ({
  text,
  source: 'test',
  file: 'tests/r.ndjson',
  line: 5,
  alone,
});
const rejected = (text: string, reason: string, alone = true) => ({ event: sent(text, alone), reason });
const expected = (eventId: string | null, reason: string) => ({ eventId, reason, line: 9 });

describe('rejections', () => {
  test('are expected by id and a part of the reason or its detail', () => {
    const contradicts = 'contract_violation: plan must be one of: free, team';
    const found = [rejected('{"event_id":"a"}', contradicts), rejected('{"event_id":1.0}', contradicts)];
    expect(rejectionFailures([expected('1.0', 'plan'), expected('a', 'contract_violation')], found)).toEqual(
      [],
    );
  });

  test('that nobody expects are failures, each of them', () => {
    const found = [rejected('{"event_id":"a"}', 'r: d'), rejected('{"event_id":"a"}', 'r: d')];
    expect(rejectionFailures([expected('a', 'r')], found)).toEqual([
      { line: 5, says: 'a was rejected: r: d' },
    ]);
  });

  test('that do not come are failures', () => {
    expect(rejectionFailures([expected('a', 'r')], [])).toEqual([
      { line: 9, says: 'a was not rejected (expected: r)' },
    ]);
  });

  test('for another reason are told with both reasons', () => {
    expect(rejectionFailures([expected('a', 'old')], [rejected('{"event_id":"a"}', 'future: d')])).toEqual([
      { line: 5, says: 'a was rejected: future: d' },
      { line: 9, says: 'a was rejected, but "old" is not a part of the reason' },
    ]);
  });

  test('of what has no id are expected as null, and named by the line of their file', () => {
    const torn = rejected('{"event_id":', 'invalid_json: the line must be JSON', false);
    expect(rejectionFailures([expected(null, 'invalid_json')], [torn])).toEqual([]);
    expect(rejectionFailures([], [torn])).toEqual([
      {
        says: 'tests/r.ndjson:5: an event without event_id was rejected: invalid_json: the line must be JSON',
      },
    ]);
  });
});
