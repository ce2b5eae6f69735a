import { expect, test } from '@jest/globals';
import { completerFor } from '../../../cli/query/complete.ts';

const column = (name: string) => ({ name, type: 'string', comment: '', partition: false });
const complete = completerFor([
  { name: 'events', kind: 'table', comment: '', columns: [column('event_id'), column('event_name')] },
  { name: 'daily_events', kind: 'table', comment: '', columns: [column('events'), column('dt')] },
]);

test.each([
  ['select * from ', ['events', 'daily_events']],
  ['select * from da', ['daily_events']],
  ['describe e', ['events']],
  ['select event_ from events where eve', ['events', 'event_id', 'event_name']],
  ['select * from daily_events where d', ['DISTINCT', 'DESCRIBE', 'daily_events', 'dt']],
  ['tab', ['tables']],
  ['GRO', ['GROUP BY']],
  ['select * from nothing where zz', []],
  ['select ', []],
])('%j completes to %j', (line, found) => {
  expect(complete(line)[0]).toEqual(found);
});
